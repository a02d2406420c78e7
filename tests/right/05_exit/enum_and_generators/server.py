"""Lesson 05: end when the client says "exit".

Goal: every message is answered with "Message received", and "exit" with
"Goodbye!". The server then waits until the client has hung up, a few seconds
at most, and ends.
The notebook 05_exit.ipynb leads there. Try it with: python server.py
Check it with: python -m lessons check 05
"""

import enum
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


class End(enum.Enum):
    EXIT = True
    GONE = False


class Conversation:
    def __init__(self, connection):
        self.connection = connection
        self.end = None

    def messages(self):
        while self.end is None:
            data = receive(self.connection)
            if not data:
                self.end = End.GONE
                return
            yield data.decode(errors="backslashreplace")

    def run(self):
        for message in self.messages():
            print("Client:", printable(message))
            if message == "exit":
                self.end = End.EXIT
            elif not send(self.connection, b"Message received"):
                self.end = End.GONE
        return self.end


def talk(connection):
    return Conversation(connection).run().value


class Farewell:
    """Says goodbye on entry, waits for the client on the way out."""

    def __init__(self, connection):
        self.connection = connection

    def __enter__(self):
        self.connection.settimeout(1)
        self.connection.sendall(b"Goodbye!")
        return self

    def __exit__(self, *what):
        tries = 5
        while tries and self.connection.recv(1024):
            tries -= 1


def say_goodbye(connection):
    try:
        with Farewell(connection):
            pass
    except OSError:
        pass


def serve(listener):
    while True:
        try:
            connection, (host, port) = listener.accept()
        except ConnectionAbortedError:
            continue
        with connection:
            print(f"[INFO] Connected with {host}:{port}")
            if talk(connection):
                print("[INFO] Client requested disconnection.")
                say_goodbye(connection)
                return
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
