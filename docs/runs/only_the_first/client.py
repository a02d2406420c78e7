"""Says two things, and waits for the answer to each."""

import socket

HOST = "127.0.0.1"
PORT = 5555

with socket.create_connection((HOST, PORT)) as client:
    for message in ("first", "second"):
        client.sendall(message.encode())
        print("Server:", client.recv(1024).decode())
