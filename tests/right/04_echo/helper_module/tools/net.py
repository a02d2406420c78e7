"""What the server and the client have in common."""

import sys


def printable(text):
    """Spell out what a terminal would obey, or cannot show."""
    shown = text if text.isprintable() else repr(text)
    encoding = sys.stdout.encoding
    return shown.encode(encoding, "backslashreplace").decode(encoding)


def show(who, data):
    print(f"{who}:", printable(data.decode(errors="backslashreplace")))


def guarded(call, argument, otherwise):
    """Make one socket call; tell of an OSError and return otherwise."""
    try:
        return call(argument)
    except OSError as error:
        print(f"[INFO] Connection lost: {error}.")
        return otherwise
