import socket, sys

listener = socket.socket()
listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
try:
    listener.bind(("127.0.0.1", 5555))
except OSError as error:
    import traceback

    traceback.print_exc()
    sys.exit(1)
print("owns 5555")
input()
