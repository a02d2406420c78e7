import socket, sys

listener = socket.socket()
listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
listener.bind(("127.0.0.1", 5555))
listener.listen()
print("listening on port 5555")
import threading

threading.Event().wait()
