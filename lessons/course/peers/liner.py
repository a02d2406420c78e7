"""A server that keeps to lines, and sends its replies in awkward pieces."""

import socket
import time


def hear(connection: socket.socket, rest: bytes) -> tuple[bytes | None, bytes]:
    """Return the next line and what came after it; None at end of file."""
    while b"\n" not in rest:
        piece = connection.recv(1024)
        if not piece:
            return None, rest
        rest += piece
    line, _, rest = rest.partition(b"\n")
    return line, rest


def reply(connection: socket.socket, *pieces: bytes) -> None:
    for piece in pieces:
        connection.sendall(piece)
        time.sleep(0)  # it is the client's turn, which reads this piece


def talk(connection: socket.socket) -> None:
    """Answer in pieces, then with a long line, then with two lines at once."""
    line, rest = hear(connection, b"")
    print("heard", line)
    reply(connection, *(bytes([byte]) for byte in "Grüße\n".encode()))
    line, rest = hear(connection, rest)
    print("heard", line)
    reply(connection, b"x" * 3000 + b"\n")
    line, rest = hear(connection, rest)
    print("heard", line)
    reply(connection, b"Very well\nGoodbye!\n")
    line, rest = hear(connection, rest)
    print("heard", line)
    while connection.recv(1024):
        pass


def leave_in_mid_line(connection: socket.socket) -> None:
    connection.recv(1024)
    reply(connection, b"Mess")


with socket.create_server(("127.0.0.1", 5555)) as listener:
    for behave in (talk, leave_in_mid_line):
        connection, _ = listener.accept()
        with connection:
            try:
                behave(connection)
            except ConnectionError:
                print("the client broke off")
