"""Lesson 03: connect to the server (a new program).

Goal: the client connects to the server and stays connected until Enter is
pressed. Where that fails, it says why in one sentence and ends with exit
status 1.
The notebook 03_accept.ipynb leads there. Try it with: python client.py
Check it with: python -m lessons check 03
"""

import selectors
import socket
import sys
import os

HOST = "127.0.0.1"
PORT = 5555


def connect_to_server(client):
    """connect() that does not block, and a selector that waits until it is done."""
    client.setblocking(False)
    try:
        code = client.connect_ex((HOST, PORT))
        with selectors.DefaultSelector() as selector:
            selector.register(client, selectors.EVENT_WRITE)
            while not selector.select(timeout=1):
                pass
        code = client.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
    except KeyboardInterrupt:
        sys.exit("\nStopped before there was a connection.")
    if code != 0:
        sys.exit(f"Cannot connect to {HOST}:{PORT} ({os.strerror(code)}): is the server running?")


def main():
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as client:
        connect_to_server(client)
        try:
            input(f"Connected to {HOST}:{PORT}. Press Enter to hang up. ")
        except (KeyboardInterrupt, EOFError):
            print()
    print("Connection closed.")


if __name__ == "__main__":
    main()
