"""Waits for the server to begin."""

import socket

HOST = "127.0.0.1"
PORT = 5555

with socket.create_connection((HOST, PORT)) as client:
    print("Server:", client.recv(1024).decode())
    client.sendall(b"Hello Server!")
