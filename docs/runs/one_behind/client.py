"""Says what is typed, and shows one reply for each message."""

import socket

HOST = "127.0.0.1"
PORT = 5555

with socket.create_connection((HOST, PORT)) as client:
    for message in ("How are you?", "fine", "bye"):
        input("Press Enter to go on. ")
        client.sendall(message.encode())
        print("Server:", client.recv(12).decode())
