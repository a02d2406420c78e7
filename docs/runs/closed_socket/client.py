"""Closes its socket inside the loop, and then uses it again."""

import socket

HOST = "127.0.0.1"
PORT = 5555

client = socket.create_connection((HOST, PORT))
for message in ("first", "second"):
    client.sendall(message.encode())
    print("Server:", client.recv(1024).decode())
    client.close()
