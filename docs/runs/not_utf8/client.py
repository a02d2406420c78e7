"""Sends bytes that are not UTF-8: here é is the one byte E9, as in Latin-1."""

import socket

HOST = "127.0.0.1"
PORT = 5555

with socket.create_connection((HOST, PORT)) as client:
    client.sendall("café".encode("latin-1"))
