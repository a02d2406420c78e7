"""Lines over a connection, for both programs."""

import sys

LIMIT = 65536


def printable(text):
    """Spell out what a terminal would obey, or cannot show."""
    shown = text if text.isprintable() else repr(text)
    encoding = sys.stdout.encoding
    return shown.encode(encoding, "backslashreplace").decode(encoding)


def send_line(connection, text):
    connection.sendall(text.encode(errors="backslashreplace") + b"\n")


def receive_line(connection, received):
    pieces = [received]
    size = len(received)
    while b"\n" not in pieces[-1]:
        if size > LIMIT:
            raise ValueError("a line of more than 65536 bytes")
        match connection.recv(1024):
            case b"":
                return None, b""
            case piece:
                pieces.append(piece)
                size += len(piece)
    match b"".join(pieces).split(b"\n", 1):
        case [line, rest] if len(line) <= LIMIT:
            return line.decode(errors="backslashreplace"), rest
        case _:
            raise ValueError("a line of more than 65536 bytes")
