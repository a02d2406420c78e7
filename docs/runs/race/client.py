"""Says exit, hears the answer, and hangs up."""

import socket

HOST = "127.0.0.1"
PORT = 5555

with socket.create_connection((HOST, PORT)) as client:
    client.sendall(b"exit")
    print("Server:", client.recv(1024).decode())
print("Client has ended.")
