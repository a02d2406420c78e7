"""A client that says one thing, waits for an answer, and hangs up."""

import socket

with socket.create_connection(("127.0.0.1", 5555)) as client:
    client.sendall(b"Is anybody there?")
    print(client.recv(1024))
