"""A client that sends one byte at a time, and cuts a character in two."""

import socket
import time

with socket.create_connection(("127.0.0.1", 5555), timeout=5) as client:
    for byte in "café".encode():
        client.sendall(bytes([byte]))
        time.sleep(0.01)  # so that each byte is read by itself
    client.shutdown(socket.SHUT_WR)
    while client.recv(1024):
        pass
