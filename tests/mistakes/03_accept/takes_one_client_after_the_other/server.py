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


serversocket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
claim_port(serversocket)
serversocket.listen(5)
print(f"Server is listening on port {PORT}...")
while True:
    (clientsocket, address) = serversocket.accept()
    print("[INFO] Connected with", address)
    clientsocket.close()
