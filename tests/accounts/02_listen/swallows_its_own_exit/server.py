"""Lesson 02: let clients queue.

Goal: a client that connects to port 5555 gets a connection, although nobody
answers it yet. Enter, or Ctrl-C, ends the program without a traceback.
The notebook 02_listen.ipynb leads there. Try it with: python server.py
Check it with: python -m lessons check 02
"""

import socket
import sys

HOST = "127.0.0.1"
PORT = 5555


def claim_port(listener):
    try:
        listener.bind((HOST, PORT))
        listener.listen()
    except OSError as error:
        sys.exit(
            f"Cannot use {HOST}:{PORT} ({error.strerror}): "
            "is another server still running?"
        )


def main():
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listener:
        try:
            claim_port(listener)
            print(f"Server is listening on port {PORT}...")
            input("Press Enter to stop. ")
        except:
            print()
    print("[INFO] Server shutting down.")


if __name__ == "__main__":
    main()
