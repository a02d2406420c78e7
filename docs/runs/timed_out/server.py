"""Collects everything until end of file, and answers only then."""

import socket

HOST = "127.0.0.1"
PORT = 5555

with socket.create_server((HOST, PORT)) as listener:
    connection, address = listener.accept()
    with connection:
        message = b""
        while data := connection.recv(1024):
            message += data
        connection.sendall(message)
