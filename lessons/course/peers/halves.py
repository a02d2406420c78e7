"""Clients that leave in the middle of a line, and one that says a whole one."""

import socket
import struct
import time

SERVER = ("127.0.0.1", 5555)


def leave() -> None:
    with socket.create_connection(SERVER) as client:
        client.sendall(b"half a li")
        time.sleep(0)  # it is the server's turn, which reads this
        client.shutdown(socket.SHUT_WR)
        print(client.recv(1024))


def break_off() -> None:
    with socket.create_connection(SERVER) as client:
        client.sendall(b"cut o")
        time.sleep(0)
        # With a linger time of zero, close() sends RST and not FIN: socket(7).
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def say_all() -> None:
    with socket.create_connection(SERVER) as client:
        client.sendall(b"Is anybody there?\n")
        print(client.recv(1024))


for behave in (leave, break_off, say_all):
    try:
        behave()
    except ConnectionError:
        print("The server has gone.")
