"""Accepts a client, and then talks on the wrong socket."""

import socket

HOST = "127.0.0.1"
PORT = 5555

with socket.create_server((HOST, PORT)) as listener:
    connection, address = listener.accept()
    with connection:
        print("Client:", listener.recv(1024).decode())
