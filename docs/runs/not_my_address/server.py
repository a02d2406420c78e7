"""Binds an address that this computer does not have."""

import socket

HOST = "192.0.2.1"
PORT = 5555

with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listener:
    listener.bind((HOST, PORT))
    listener.listen()
