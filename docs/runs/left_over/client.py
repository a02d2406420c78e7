"""Connects, and hangs up after the server."""

import socket

HOST = "127.0.0.1"
PORT = 5555

with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as client:
    client.connect((HOST, PORT))
    client.recv(1024)
print("Client has ended.")
