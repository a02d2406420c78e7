"""Lesson 03: connect to the server (a new program).

Goal: the client connects to the server and stays connected until Enter is
pressed. Where that fails, it says why in one sentence and ends with exit
status 1.
The notebook 03_accept.ipynb leads there. Try it with: python client.py
Check it with: python -m lessons check 03
"""

import asyncio
import socket
import sys

HOST = "127.0.0.1"
PORT = 5555


async def connect_to_server(client):
    client.setblocking(False)
    await asyncio.get_running_loop().sock_connect(client, (HOST, PORT))
    client.setblocking(True)


def main():
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as client:
        try:
            asyncio.run(connect_to_server(client))
        except OSError as error:
            reason = error.strerror
            if error.errno:  # asyncio words it in its own way
                import os
                reason = os.strerror(error.errno)
            sys.exit(f"Cannot connect to {HOST}:{PORT} ({reason}): is the server running?")
        except KeyboardInterrupt:
            sys.exit("\nStopped before there was a connection.")
        try:
            input(f"Connected to {HOST}:{PORT}. Press Enter to hang up. ")
        except (KeyboardInterrupt, EOFError):
            print()
    print("Connection closed.")


if __name__ == "__main__":
    main()
