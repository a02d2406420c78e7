import socket
import sys

listener = socket.socket()
try:
    listener.bind(("127.0.0.1", 5555))
except OSError as error:
    sys.exit(f"Cannot have port 5555: {error}")
print("Server owns 127.0.0.1:5555.")
listener.close()
input("Press Enter to stop. ")
