"""Compares bytes with text, which are never equal."""

import socket

HOST = "127.0.0.1"
PORT = 5555

with socket.create_server((HOST, PORT)) as listener:
    connection, address = listener.accept()
    with connection:
        while data := connection.recv(1024):
            if data == "exit":
                connection.sendall(b"Goodbye!")
                break
            connection.sendall(b"Message received")
