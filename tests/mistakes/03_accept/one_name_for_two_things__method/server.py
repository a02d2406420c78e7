import os
import socket
import sys

HOST = "127.0.0.1"
PORT = 5555


def claim_port(listener):
    if os.name == "posix":
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, PORT))
    except OSError as error:
        sys.exit(f"Cannot use {HOST}:{PORT} ({error.strerror})")


s = socket.socket()
claim_port(s)
s.listen(5)
print("Server is listening on port 5555...")
client = s.accept()
print("[INFO] Connected with", client.getpeername())
client.close()
s.close()
