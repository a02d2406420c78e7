"""Accepts a client, and hangs up."""

import socket

HOST = "127.0.0.1"
PORT = 5555

with socket.create_server((HOST, PORT)) as listener:
    connection, address = listener.accept()
    connection.close()
