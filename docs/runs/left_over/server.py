"""Accepts one client, hangs up first, and ends."""

import socket

HOST = "127.0.0.1"
PORT = 5555

with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listener:
    listener.bind((HOST, PORT))
    listener.listen()
    connection, address = listener.accept()
    connection.close()
print("Server has ended.")
