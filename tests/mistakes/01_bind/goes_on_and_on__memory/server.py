import socket

listener = socket.socket()
listener.bind(("127.0.0.1", 5555))
print("Server owns 127.0.0.1:5555.")
kept = []
while True:
    kept.append(b"x" * 10_000_000)
