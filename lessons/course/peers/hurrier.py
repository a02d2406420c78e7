"""A client that sends two messages in one piece, and bytes that are no text."""

import socket

with socket.create_connection(("127.0.0.1", 5555), timeout=5) as client:
    client.sendall(b"one" + b"two" + b"\xff\xfe")
    client.shutdown(socket.SHUT_WR)
    while client.recv(1024):
        pass
