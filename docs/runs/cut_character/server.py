"""Decodes whatever one recv() brings."""

import socket

HOST = "127.0.0.1"
PORT = 5555

with socket.create_server((HOST, PORT)) as listener:
    connection, address = listener.accept()
    with connection:
        data = connection.recv(3)
        print("Client:", data.decode())
