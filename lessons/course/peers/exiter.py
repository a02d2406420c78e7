"""A client that says "exit", waits for the goodbye, and hangs up."""

import socket

with socket.create_connection(("127.0.0.1", 5555)) as client:
    client.sendall(b"exit")
    print(client.recv(1024))
