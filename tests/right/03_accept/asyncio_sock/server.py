"""Lesson 03: take a client.

Goal: the server waits until a client connects, takes that one connection and
says who it is. It can be started again at once.
The notebook 03_accept.ipynb leads there. Try it with: python server.py
Check it with: python -m lessons check 03
"""

import asyncio
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
        listener.listen()
    except OSError as error:
        sys.exit(f"Cannot use {HOST}:{PORT} ({error.strerror}): is another server still running?")


async def serve(listener):
    loop = asyncio.get_running_loop()
    connection, (host, port) = await loop.sock_accept(listener)
    with connection:
        print(f"[INFO] Connected with {host}:{port}")


def main():
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listener:
        claim_port(listener)
        listener.setblocking(False)
        print(f"Server is listening on port {PORT}...")
        try:
            asyncio.run(serve(listener))
        except KeyboardInterrupt:
            print()
    print("[INFO] Server shutting down.")


if __name__ == "__main__":
    main()
