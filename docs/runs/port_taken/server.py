"""Owns the port, and waits for a client."""

import socket

HOST = "127.0.0.1"
PORT = 5555

with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listener:
    listener.bind((HOST, PORT))
    listener.listen()
    print("Listening.")
    connection, address = listener.accept()
    connection.close()
