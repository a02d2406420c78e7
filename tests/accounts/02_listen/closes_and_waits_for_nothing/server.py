import socket
import threading

listener = socket.socket()
listener.bind(("127.0.0.1", 5555))
listener.listen()
print("Server is listening on port 5555...")
listener.close()
threading.Event().wait()
