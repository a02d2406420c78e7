"""Says what is typed, and ends after "exit"."""

import socket

HOST = "127.0.0.1"
PORT = 5555

message = ""
with socket.create_connection((HOST, PORT)) as client:
    while message != "exit":
        message = input("Enter message: ")
        client.sendall(message.encode())
        print("Server:", client.recv(1024).decode())
