"""Connects, says what happened, closes: what the learner's `knock.py` does, too."""

import socket

try:
    with socket.create_connection(("127.0.0.1", 5555), timeout=5):
        print("connected")
except ConnectionRefusedError:
    print("refused")
