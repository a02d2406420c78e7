"""The server, started again at once. No program owns the port now."""

import socket

HOST = "127.0.0.1"
PORT = 5555

input("Press Enter to start the server again. ")
with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listener:
    listener.bind((HOST, PORT))
    listener.listen()
    print("Listening.")
