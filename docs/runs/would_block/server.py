"""Accepts a client, and says nothing until Enter is pressed."""

import socket

HOST = "127.0.0.1"
PORT = 5555

with socket.create_server((HOST, PORT)) as listener:
    connection, address = listener.accept()
    with connection:
        input("Press Enter to answer. ")
        connection.sendall(b"Here I am.")
