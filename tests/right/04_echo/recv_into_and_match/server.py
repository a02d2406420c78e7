"""Lesson 04: send every message back.

Goal: each message comes back to its client, one after another, until that
client hangs up. Then the server waits for the next one, whatever the last
one did, and nothing that a client sends can steer its terminal.
The notebook 04_echo.ipynb leads there. Try it with: python server.py
Check it with: python -m lessons check 04
"""

import contextlib
import os
import socket
import sys

HOST = "127.0.0.1"
PORT = 5555


def claim_port(listener):
    if os.name == "posix":
        # The side that closes first keeps the connection for a while, in
        # TIME_WAIT, and bind() would fail until it is over. On Windows the
        # same option would let two servers share one port.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, PORT))
        listener.listen()
    except OSError as error:
        sys.exit(
            f"Cannot use {HOST}:{PORT} ({error.strerror}): "
            "is another server still running?"
        )


def printable(text):
    """Spell out what a terminal would obey, or cannot show."""
    shown = text if text.isprintable() else repr(text)
    encoding = sys.stdout.encoding
    return shown.encode(encoding, "backslashreplace").decode(encoding)


box = bytearray(1024)


@contextlib.contextmanager
def telling():
    try:
        yield
    except OSError as error:
        print(f"[INFO] Connection lost: {error}.")


def receive(connection):
    size = 0
    with telling():
        size = connection.recv_into(box)
    return bytes(box[:size])


def send(connection, data):
    view = memoryview(data)
    with telling():
        while view:
            view = view[connection.send(view):]
    return not view


def talk(connection):
    while True:
        match receive(connection):
            case b"":
                return
            case data:
                text = data.decode(errors="backslashreplace")
                print("Client:", printable(text))
                if not send(connection, data):
                    return


def serve(listener):
    while True:
        with contextlib.ExitStack() as stack:
            try:
                connection, (host, port) = listener.accept()
            except ConnectionAbortedError:
                continue
            stack.enter_context(connection)
            print(f"[INFO] Connected with {host}:{port}")
            talk(connection)
        print("[INFO] Client disconnected.")


def main():
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listener:
        claim_port(listener)
        print(f"Server is listening on port {PORT}...")
        try:
            serve(listener)
        except KeyboardInterrupt:
            print()  # the terminal's ^C left its line open
    print("[INFO] Server shutting down.")


if __name__ == "__main__":
    main()
