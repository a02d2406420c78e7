"""Lesson 06: one line is one reply.

Goal: each message is sent as a line, and each reply is a line that is shown
when all of it has come. What is too long for a line is not sent.
The notebook 06_framing.ipynb leads there. Try it with: python client.py
Check it with: python -m lessons check 06
"""

import socket
import sys

HOST = "127.0.0.1"
PORT = 5555
LIMIT = 65536


def connect_to_server(client):
    try:
        client.connect((HOST, PORT))
    except OSError as error:
        sys.exit(
            f"Cannot connect to {HOST}:{PORT} ({error.strerror}): "
            "is the server running?"
        )
    except KeyboardInterrupt:
        sys.exit("\nStopped before there was a connection.")


def printable(text):
    """Spell out what a terminal would obey, or cannot show."""
    shown = text if text.isprintable() else repr(text)
    encoding = sys.stdout.encoding
    return shown.encode(encoding, "backslashreplace").decode(encoding)


def send_line(connection, text):
    connection.sendall(text.encode(errors="backslashreplace") + b"\n")


class LineReader:
    """Keeps bytes until a line is whole."""

    def __init__(self, received=b""):
        self.kept = bytearray(received)
        self.searched = 0

    def feed(self, piece):
        self.kept.extend(piece)

    def line(self):
        """The next line, or None while it is not whole."""
        end = self.kept.find(b"\n", self.searched)
        self.searched = len(self.kept)
        if end > LIMIT or (end < 0 and len(self.kept) > LIMIT):
            raise ValueError("a line of more than 65536 bytes")
        if end < 0:
            return None
        found = bytes(self.kept[:end])
        del self.kept[:end + 1]
        self.searched = 0
        return found


def receive_line(connection, received):
    reader = LineReader(received)
    while (line := reader.line()) is None:
        piece = connection.recv(4096)
        if not piece:
            return None, b""
        reader.feed(piece)
    return line.decode(errors="backslashreplace"), bytes(reader.kept)


def ask():
    while True:
        try:
            message = input("Enter message (type 'exit' to disconnect): ")
        except UnicodeDecodeError:
            print("Your keyboard sent bytes that are not UTF-8.")
            continue
        if len(message.encode(errors="backslashreplace")) > LIMIT:
            print("That is more than 65536 bytes: say it in less.")
        elif message:  # an empty line could travel, but it says nothing
            return message


def exchange(client, message, received):
    try:
        send_line(client, message)
        return receive_line(client, received)
    except OSError as error:
        print(f"[INFO] Connection lost: {error}.")
        return None, b""
    except ValueError:
        sys.exit("This server's reply does not come to an end.")


def talk(client):
    message, received = "", b""
    while message != "exit":
        message = ask()
        reply, received = exchange(client, message, received)
        if reply is None:
            sys.exit("The server has gone: start it again, then this client.")
        print("Server:", printable(reply))


def main():
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as client:
        connect_to_server(client)
        try:
            talk(client)
        except (KeyboardInterrupt, EOFError):
            print()  # the prompt, or the terminal's ^C, left its line open
    print("Connection closed.")


if __name__ == "__main__":
    main()
