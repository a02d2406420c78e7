"""Goes on sending to a server that has hung up."""

import socket

HOST = "127.0.0.1"
PORT = 5555

with socket.create_connection((HOST, PORT)) as client:
    while True:
        message = input("Enter message: ")
        client.sendall(message.encode())
