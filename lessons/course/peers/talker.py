"""A client that says two things, and hangs up after the answers."""

import socket

with socket.create_connection(("127.0.0.1", 5555)) as client:
    for message in ("Hello Server!", "Grüße"):
        data = message.encode()
        client.sendall(data)
        answer = b""
        while len(answer) < len(data):  # it may come in pieces
            piece = client.recv(1024)
            if not piece:
                break
            answer += piece
        print(answer)
