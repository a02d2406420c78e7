"""Gives the port as it was typed, which is text."""

import socket

HOST = "127.0.0.1"

with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as client:
    port = input("Which port? ")
    client.connect((HOST, port))
