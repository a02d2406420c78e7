"""Does not look for end of file. With `while True` it would never end."""

import socket

HOST = "127.0.0.1"
PORT = 5555

with socket.create_server((HOST, PORT)) as listener:
    connection, address = listener.accept()
    with connection:
        for turn in (1, 2, 3, 4):
            data = connection.recv(1024)
            print(f"Client, turn {turn}:", data.decode())
