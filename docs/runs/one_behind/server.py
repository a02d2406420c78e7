"""Answers each recv(), and takes ten bytes at most."""

import socket

HOST = "127.0.0.1"
PORT = 5555

with socket.create_server((HOST, PORT)) as listener:
    connection, address = listener.accept()
    with connection:
        while data := connection.recv(10):
            print("Client:", data.decode())
            connection.sendall(b"<" + data + b">")
