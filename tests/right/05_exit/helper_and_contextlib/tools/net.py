"""For both programs."""

import sys


def printable(text):
    """Spell out what a terminal would obey, or cannot show."""
    shown = text if text.isprintable() else repr(text)
    encoding = sys.stdout.encoding
    return shown.encode(encoding, "backslashreplace").decode(encoding)


def receive(connection):
    try:
        return connection.recv(1024)
    except OSError as error:
        print(f"[INFO] Connection lost: {error}.")
        return b""


def send(connection, data):
    try:
        connection.sendall(data)
    except OSError as error:
        print(f"[INFO] Connection lost: {error}.")
        return False
    return True


def show(who, data):
    text = data.decode(errors="backslashreplace")
    print(f"{who}:", printable(text))
    return text
