"""Takes what one recv() returns for one message."""

import socket

HOST = "127.0.0.1"
PORT = 5555

with socket.create_server((HOST, PORT)) as listener:
    connection, address = listener.accept()
    with connection:
        while data := connection.recv(1024):
            print("Client:", data.decode())
