import socket
import sys

HOST = "127.0.0.1"
PORT = 5555


def claim_port(listener):
    try:
        listener.bind((HOST, PORT))
    except OSError as error:
        sys.exit(
            f"Cannot use {HOST}:{PORT} ({error.strerror}): "
            "is another server still running?"
        )


import time

sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
claim_port(sock)
sock.listen()
print(f"Server is listening on port {PORT}...")
try:
    while True:
        time.sleep(1)
except KeyboardInterrupt:
    print()
sock.close()
print("[INFO] Server shutting down.")
