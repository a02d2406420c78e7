"""Lesson 03: connect to the server (a new program).

Goal: the client connects to the server and stays connected until Enter is
pressed. Where that fails, it says why in one sentence and ends with exit
status 1.
The notebook 03_accept.ipynb leads there. Try it with: python client.py
Check it with: python -m lessons check 03
"""

import socket

HOST = "127.0.0.1"
PORT = 5555


def main():
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as client:
        # TODO: connect to the server and stay connected until Enter is
        # pressed. Where that fails, end with one sentence that says why.
        input(f"Not connected to {HOST}:{PORT} yet. Press Enter to stop. ")


if __name__ == "__main__":
    main()
