import socket
import sys

try:
    connection = socket.create_connection(("127.0.0.1", 5555), timeout=10)
except OSError as error:
    print("The server is not there:", error)
    sys.exit(1)
with connection:
    try:
        input("There. ")
    except BaseException:
        pass
