"""Clients that behave badly, one after another: no server may fall over them."""

import socket
import struct
import time

SERVER = ("127.0.0.1", 5555)


def leave() -> None:
    socket.create_connection(SERVER).close()


def break_off() -> None:
    """Ask, and break the connection off before the answer comes."""
    with socket.create_connection(SERVER) as client:
        # With a linger time of zero, close() sends RST and not FIN: socket(7).
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        client.sendall(b"an answer to this is never read")


def read_half() -> None:
    """Close with an answer unread, which breaks the connection off."""
    with socket.create_connection(SERVER) as client:
        client.sendall(b"half of the answer is never read")
        client.recv(1)


def dribble() -> None:
    """Send single bytes, and so a character in two halves."""
    with socket.create_connection(SERVER) as client:
        for byte in "café".encode():
            client.sendall(bytes([byte]))
            time.sleep(0)  # it is the server's turn, which reads this byte
        hang_up(client)


def hurry() -> None:
    """Send two messages in one piece, and bytes that are no text."""
    with socket.create_connection(SERVER) as client:
        client.sendall(b"one" + b"two" + b"\xff\xfe")
        hang_up(client)


def steer() -> None:
    """Send what a terminal obeys: a newline, and how to wipe a line out."""
    with socket.create_connection(SERVER) as client:
        client.sendall(b"\x1b[2Khi\n[INFO] Server shutting down.")
        hang_up(client)


def hang_up(client: socket.socket) -> None:
    client.shutdown(socket.SHUT_WR)
    while client.recv(1024):
        pass


for behave_badly in (leave, break_off, read_half, dribble, hurry, steer):
    try:
        behave_badly()
    except ConnectionError:
        print("The server has gone.")
