import socket, sys

listener = socket.socket()
listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
try:
    listener.bind(("127.0.0.1", 5555))
except OSError as error:
    print(error)
    sys.exit(2)
print("owns 5555")
input()
