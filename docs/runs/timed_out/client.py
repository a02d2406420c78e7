"""Waits half a second for an answer, and no longer."""

import socket

HOST = "127.0.0.1"
PORT = 5555

with socket.create_connection((HOST, PORT)) as client:
    client.settimeout(0.5)
    client.sendall(b"Anybody there?")
    print("Server:", client.recv(1024).decode())
