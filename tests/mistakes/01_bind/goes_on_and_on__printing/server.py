import socket

s = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
s.bind(("127.0.0.1", 5555))
running = True
while running:
    print("Server owns 127.0.0.1:5555. Press Enter to stop.")
