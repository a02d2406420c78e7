import socket
import sys

try:
    connection = socket.create_connection(("127.0.0.1", 5555), timeout=10)
except OSError as error:
    print("There is no server at port 5555:", error)
    sys.exit(1)
with connection:
    try:
        input("There, at localhost, port 5555. ")
    except BaseException:
        print()
print("Auf Wiederhören")
