"""Clients of the course: `visitor.py PORT DEED...`, one connection for each deed.

What a deed says of itself completes "A client ..." in messages to learners. Some
behave badly: no server may fall over them.
"""

import socket
import struct
import sys
import time


def knock(client: socket.socket) -> None:
    """Connected, and hung up."""
    print("connected")


def ask(client: socket.socket) -> None:
    """Said one thing, and waited for the answer."""
    say(client, b"Is anybody there?")


def say_two_things(client: socket.socket) -> None:
    """Said two things, and hung up after the echoes."""
    for message in ("Hello Server!", "Grüße"):
        data = message.encode()
        client.sendall(data)
        answer = b""
        while len(answer) < len(data):  # it may come in pieces
            piece = client.recv(1024)
            if not piece:
                break
            answer += piece
        print(answer)


def leave_without_exit(client: socket.socket) -> None:
    """Said three things, and hung up after the answers, without "exit"."""
    say(client, b"Hello Server!")
    say(client, b"How do I exit?")
    say(client, b"Exit")


def say_exit(client: socket.socket) -> None:
    """Said "exit", waited for the goodbye, and hung up."""
    say(client, b"exit")


def exit_in_haste(client: socket.socket) -> None:
    """Said "exit", and broke the connection off before the goodbye."""
    close_with_a_reset(client)
    client.sendall(b"exit")


def exit_and_stay(client: socket.socket) -> None:
    """Said "exit", heard the goodbye, and waited for the server to close."""
    say(client, b"exit")
    client.recv(1024)


# -- clients that behave badly ------------------------------------------------


def leave(client: socket.socket) -> None:
    """Hung up without a word."""


def break_off(client: socket.socket) -> None:
    """Broke the connection off before it had its answer."""
    close_with_a_reset(client)
    client.sendall(b"an answer to this is never read")


def read_half(client: socket.socket) -> None:
    """Broke the connection off in the middle of its answer."""
    client.sendall(b"half of the answer is never read")
    client.recv(1)  # close() with the rest unread breaks it off


def dribble(client: socket.socket) -> None:
    """Sent single bytes, and so a character in two halves."""
    in_pieces(client, *single_bytes("café"))
    hang_up(client)


def hurry(client: socket.socket) -> None:
    """Sent two messages in one piece, and bytes that are no text."""
    client.sendall(b"one" + b"two" + b"\xff\xfe")
    hang_up(client)


def steer(client: socket.socket) -> None:
    """Sent a newline and an escape character in its message."""
    client.sendall(b"\x1b[2Khi\n[INFO] Server shutting down.")
    hang_up(client)


# -- clients that speak in lines ----------------------------------------------


def ask_in_a_line(client: socket.socket) -> None:
    """Said one line, and waited for the answer."""
    say(client, b"Is anybody there?\n")


def dribble_a_line(client: socket.socket) -> None:
    """Sent the line “café”, one byte at a time."""
    in_pieces(client, *single_bytes("café\n"))
    hang_up(client)


def hurry_lines(client: socket.socket) -> None:
    """Sent three lines in two pieces."""
    in_pieces(client, "Grüße\nHow are you?\nHow do".encode(), b" I exit?\n")
    hang_up(client)


def send_a_long_line(client: socket.socket) -> None:
    """Sent one line of 3,000 letters."""
    in_pieces(client, b"x" * 3000 + b"\n")
    hang_up(client)


def send_an_empty_line(client: socket.socket) -> None:
    """Sent an empty line."""
    in_pieces(client, b"\n")
    hang_up(client)


def leave_in_mid_line(client: socket.socket) -> None:
    """Sent half of a line and hung up."""
    in_pieces(client, b"half a li")
    hang_up(client)


def break_off_in_mid_line(client: socket.socket) -> None:
    """Sent half of a line and broke the connection off."""
    in_pieces(client, b"cut o")
    close_with_a_reset(client)


def send_without_end(client: socket.socket) -> None:
    """Sent 200,000 bytes and no line end."""
    client.sendall(b"x" * 200_000)
    hang_up(client)


def send_too_long_a_line(client: socket.socket) -> None:
    """Sent a line of 65,600 letters, and its end."""
    in_pieces(client, b"x" * 65_600 + b"\n")
    hang_up(client)


# -- what several of them do --------------------------------------------------


def say(client: socket.socket, message: bytes) -> None:
    client.sendall(message)
    print(client.recv(1024))


def single_bytes(text: str) -> list[bytes]:
    return [bytes([byte]) for byte in text.encode()]


def in_pieces(client: socket.socket, *pieces: bytes) -> None:
    for piece in pieces:
        client.sendall(piece)
        time.sleep(0)  # it is the server's turn, which reads this piece


def hang_up(client: socket.socket) -> None:
    """Send no more, and read all that comes."""
    client.shutdown(socket.SHUT_WR)
    replies = b""
    while piece := client.recv(1024):
        replies += piece
    print(replies)


def close_with_a_reset(client: socket.socket) -> None:
    # With a linger time of zero, close() sends RST and not FIN: socket(7).
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def main() -> None:
    port, *deeds = sys.argv[1:]
    for deed in deeds:
        try:
            with socket.create_connection(("127.0.0.1", int(port))) as client:
                globals()[deed](client)
        except ConnectionRefusedError:
            print("refused")
        except ConnectionError:
            print("The server has gone.")


if __name__ == "__main__":
    main()
