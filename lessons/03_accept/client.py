"""Lesson 03: ring the server (a new program).

Goal: the client rings the server and stays on the line until Enter is
pressed. Where nobody listens, it says to start the server first and ends
with exit status 1.
The notebook 03_accept.ipynb leads there. Try it with: python client.py
Check it with: python -m lessons check 03
"""

import socket

HOST = "127.0.0.1"
PORT = 5555


def main():
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as client:
        # TODO: ring the server and stay on the line until Enter is pressed.
        # When nobody listens there, end with one sentence that says what
        # to do.
        input(f"Not connected to {HOST}:{PORT} yet. Press Enter to stop. ")


if __name__ == "__main__":
    main()
