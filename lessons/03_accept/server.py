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
        claim_port(listener)
        print(f"Server is listening on port {PORT}...")
        # TODO: wait for a client instead of Enter, and print
        # "[INFO] Connected with HOST:PORT", the client's address and port.
        try:
            input("Press Enter to stop. ")
        except (KeyboardInterrupt, EOFError):
            print()  # the prompt, or the terminal's ^C, left its line open
    print("[INFO] Server shutting down.")


if __name__ == "__main__":
    main()
