"""Sends what is typed, be it nothing, and waits for the answer."""

import socket

HOST = "127.0.0.1"
PORT = 5555

with socket.create_connection((HOST, PORT)) as client:
    while True:
        message = input("Enter message: ")
        client.sendall(message.encode())
        print("Server:", client.recv(1024).decode())
