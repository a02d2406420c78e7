"""A client that sends whole lines in all the ways in which they can arrive."""

import socket
import time


def visit(*pieces: bytes) -> None:
    """Send these pieces, each in the server's turn, and show the replies."""
    with socket.create_connection(("127.0.0.1", 5555)) as client:
        for piece in pieces:
            client.sendall(piece)
            time.sleep(0)  # it is the server's turn, which reads this piece
        client.shutdown(socket.SHUT_WR)
        replies = b""
        while True:
            piece = client.recv(1024)
            if not piece:
                break
            replies += piece
    print(replies)


def dribble() -> None:
    visit(*(bytes([byte]) for byte in "café\n".encode()))


def hurry() -> None:
    visit("Grüße\nHow are you?\nHow do".encode(), b" I exit?\n")


def go_on() -> None:
    visit(b"x" * 3000 + b"\n")


for say in (dribble, hurry, go_on):
    try:
        say()
    except ConnectionError:
        print("The server has gone.")
