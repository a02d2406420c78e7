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


with socket.socket() as listener:
    claim_port(listener)
    listener.listen()
    print("Server is listening on port 5555...")
    connection, address = listener.accept()
    print("[INFO] Connected with", address)
    data = connection.recv(1024)
    print("Client:", data)
    connection.close()
print("[INFO] Server shutting down.")
