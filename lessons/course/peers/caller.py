"""Rings, waits for nothing, hangs up: what `knock.py` does."""

import socket

try:
    with socket.create_connection(("127.0.0.1", 5555), timeout=5):
        print("connected")
except ConnectionRefusedError:
    print("refused")
