"""Lesson 04: send what is typed, show what comes back.

Goal: each line typed goes to the server and its reply is shown, until the
keyboard's end of file or Ctrl-C. An empty line is not sent.
The notebook 04_echo.ipynb leads there. Try it with: python client.py
Check it with: python -m lessons check 04
"""

import socket
import sys

HOST = "127.0.0.1"
PORT = 5555


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


def ask(prompt="Enter message: "):
    while True:
        try:
            if message := input(prompt):
                return message
        except UnicodeDecodeError:
            print("Your keyboard sent bytes that are not UTF-8.")


def exchange(client, message):
    box = bytearray(1024)
    try:
        client.sendall(message.encode(errors="backslashreplace"))
        size = client.recv_into(box)
    except OSError as error:
        print(f"[INFO] Connection lost: {error}.")
        size = 0
    return bytes(box[:size])


def talk(client):
    while True:
        match exchange(client, ask()):
            case b"":
                sys.exit(
                    "The server has gone: "
                    "start it again, then this client."
                )
            case reply:
                text = reply.decode(errors="backslashreplace")
                print("Server:", printable(text))


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
