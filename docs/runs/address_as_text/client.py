"""Gives the address as one text."""

import socket

with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as client:
    client.connect("127.0.0.1:5555")
