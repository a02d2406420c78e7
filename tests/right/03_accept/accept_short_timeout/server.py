"""Lesson 03: take a client.

Goal: the server waits until a client connects, takes that one connection and
says who it is. It can be started again at once.
The notebook 03_accept.ipynb leads there. Try it with: python server.py
Check it with: python -m lessons check 03
"""

import socket
import sys

HOST = "127.0.0.1"
PORT = 5555


def serve(listener):
    listener.settimeout(0.2)
    while True:
        try:
            connection, (host, port) = listener.accept()
        except socket.timeout:
            continue  # look again
        break
    connection.settimeout(None)
    with connection:
        print(f"[INFO] Connected with {host}:{port}")


def main():
    try:
        listener = socket.create_server((HOST, PORT))
    except OSError as error:
        sys.exit(f"Cannot use {HOST}:{PORT} ({error.strerror}): is another server still running?")
    with listener:
        print(f"Server is listening on port {PORT}...")
        try:
            serve(listener)
        except KeyboardInterrupt:
            print()
    print("[INFO] Server shutting down.")


if __name__ == "__main__":
    main()
