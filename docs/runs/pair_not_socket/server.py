"""Takes the pair that accept() returns for a socket."""

import socket

HOST = "127.0.0.1"
PORT = 5555

with socket.create_server((HOST, PORT)) as listener:
    connection = listener.accept()
    data = connection.recv(1024)
