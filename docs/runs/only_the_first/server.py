"""Calls accept() again for every message."""

import socket

HOST = "127.0.0.1"
PORT = 5555

with socket.create_server((HOST, PORT)) as listener:
    while True:
        connection, address = listener.accept()
        data = connection.recv(1024)
        print("Client:", data.decode())
        connection.sendall(data)
