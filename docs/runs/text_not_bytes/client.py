"""Sends text as it was typed, without encode()."""

import socket

HOST = "127.0.0.1"
PORT = 5555

with socket.create_connection((HOST, PORT)) as client:
    message = input("Enter message: ")
    client.sendall(message)
