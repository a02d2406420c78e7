"""A client that says two things, reads the answers, and leaves without "exit"."""

import socket

with socket.create_connection(("127.0.0.1", 5555)) as client:
    for message in ("Hello Server!", "How do I exit?"):
        client.sendall(message.encode())
        print(client.recv(1024))
