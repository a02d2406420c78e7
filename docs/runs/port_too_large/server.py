"""Asks for a port that does not exist."""

import socket

HOST = "127.0.0.1"
PORT = 77777

with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listener:
    listener.bind((HOST, PORT))
    listener.listen()
