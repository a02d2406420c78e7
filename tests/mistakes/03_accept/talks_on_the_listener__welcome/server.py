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


with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as sock:
    claim_port(sock)
    sock.listen()
    print("Server is listening on port 5555...")
    conn, addr = sock.accept()
    sock.sendall(b"Welcome!")
    print("[INFO] Connected with %s:%d" % addr)
    conn.close()
print("[INFO] Server shutting down.")
