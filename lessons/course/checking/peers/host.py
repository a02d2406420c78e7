"""Servers of the course: `host.py PORT DEED...`, one client for each deed.

Without a deed it keeps its port, and hangs up on everybody.
What a deed says of itself completes "The server ..." in messages to learners.
"""

import socket
import sys
import time


def hang_up(connection: socket.socket) -> None:
    """Sent a newline and an escape character, and closed the connection later."""
    connection.recv(1024)
    reply(connection, b"\x1b[2Khi\n[INFO] The server obeys you.")
    connection.recv(1024)


def break_off(connection: socket.socket) -> None:
    """Broke the connection off."""
    connection.recv(1)  # close() with the rest unread breaks it off


def reply_in_pieces(connection: socket.socket) -> None:
    """Kept to lines, and sent its replies in awkward pieces."""
    rest = hear(connection, b"")
    reply(connection, *(bytes([byte]) for byte in "Grüße\n".encode()))
    rest = hear(connection, rest)
    reply(connection, b"x" * 3000 + b"\n")
    rest = hear(connection, rest)
    reply(connection, b"Very well\nGoodbye!\n")
    hear(connection, rest)
    while connection.recv(1024):
        pass


def leave_in_mid_reply(connection: socket.socket) -> None:
    """Was gone in the middle of its reply."""
    connection.recv(1024)
    reply(connection, b"Mess")


def reply_without_end(connection: socket.socket) -> None:
    """Replied to a greeting with 200,000 bytes, and no line end."""
    for line in connection.makefile("rb"):
        print("heard", line[:40])
        greeted = line.startswith(b"Hello")
        reply(connection, b"x" * 200_000 if greeted else b"Message received\n")


def hear(connection: socket.socket, rest: bytes) -> bytes:
    """Show the next line, and return what came after it."""
    while b"\n" not in rest:
        piece = connection.recv(1024)
        if not piece:
            raise ConnectionError
        rest += piece
    line, _, rest = rest.partition(b"\n")
    print("heard", line)
    return rest


def reply(connection: socket.socket, *pieces: bytes) -> None:
    for piece in pieces:
        connection.sendall(piece)
        time.sleep(0)  # it is the client's turn, which reads this piece


def main() -> None:
    port, *deeds = sys.argv[1:]
    with socket.create_server(("127.0.0.1", int(port))) as listener:
        for deed in deeds:
            connection, _ = listener.accept()
            with connection:
                try:
                    globals()[deed](connection)
                except ConnectionError:
                    print("The client has gone.")
        while not deeds:
            listener.accept()[0].close()


if __name__ == "__main__":
    main()
