"""The same server, started again while the first one runs."""

import socket

HOST = "127.0.0.1"
PORT = 5555

with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listener:
    listener.bind((HOST, PORT))
    listener.listen()
    print("Listening.")
    connection, address = listener.accept()
    connection.close()
