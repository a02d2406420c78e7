"""Lesson 03: connect to the server (a new program).

Goal: the client connects to the server and stays connected until Enter is
pressed. Where that fails, it says why in one sentence and ends with exit
status 1.
The notebook 03_accept.ipynb leads there. Try it with: python client.py
Check it with: python -m lessons check 03
"""

import socket
import sys

HOST = "127.0.0.1"
PORT = 5555


def connect_to_server():
    try:
        return socket.create_connection((HOST, PORT))
    except OSError as error:
        sys.exit(f"Cannot connect to {HOST}:{PORT} ({error.strerror}): is the server running?")
    except KeyboardInterrupt:
        sys.exit("\nStopped before there was a connection.")


def main():
    with connect_to_server() as client:
        host, port = client.getpeername()
        try:
            input(f"Connected to {host}:{port}. Press Enter to hang up. ")
        except (KeyboardInterrupt, EOFError):
            print()
    print("Connection closed.")


if __name__ == "__main__":
    main()
