"""Sends three messages, and waits for nothing in between."""

import socket

HOST = "127.0.0.1"
PORT = 5555

with socket.create_connection((HOST, PORT)) as client:
    client.sendall(b"first")
    client.sendall(b"second")
    client.sendall(b"third")
