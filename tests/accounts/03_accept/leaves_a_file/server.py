import os
import socket
import sys

listener = socket.socket()
if os.path.exists("server.lock"):
    sys.exit("A server is running.")
open("server.lock", "w").close()
if os.name == "posix":
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
listener.bind(("127.0.0.1", 5555))
listener.listen()
connection, client = listener.accept()
print("[INFO] Connected with", client)
connection.close()
listener.close()
