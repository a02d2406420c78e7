"""Sends a line that does not end, and then another client says a short one."""

import socket

SERVER = ("127.0.0.1", 5555)


def go_on() -> None:
    with socket.create_connection(SERVER) as client:
        client.sendall(b"x" * 200_000)
        client.shutdown(socket.SHUT_WR)
        while client.recv(1024):
            pass


def say_all() -> None:
    with socket.create_connection(SERVER) as client:
        client.sendall(b"Is anybody there?\n")
        print(client.recv(1024))


for behave in (go_on, say_all):
    try:
        behave()
    except ConnectionError:
        print("The server hung up.")
