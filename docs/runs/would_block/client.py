"""Wants its bytes now or not at all."""

import socket

HOST = "127.0.0.1"
PORT = 5555

with socket.create_connection((HOST, PORT)) as client:
    client.setblocking(False)
    print("Server:", client.recv(1024).decode())
