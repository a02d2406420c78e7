"""Lesson 04: send what is typed, show what comes back.

Goal: each line typed goes to the server and its reply is shown, until the
keyboard's end of file or Ctrl-C. An empty line is not sent.
The notebook 04_echo.ipynb leads there. Try it with: python client.py
Check it with: python -m lessons check 04
"""

import socket
import sys

from tools.net import guarded, show

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


def ask(prompt="Enter message: "):
    while True:
        try:
            if message := input(prompt):
                return message
        except UnicodeDecodeError:
            print("Your keyboard sent bytes that are not UTF-8.")


def exchange(client, message):
    data = message.encode(errors="backslashreplace")
    if guarded(client.sendall, data, otherwise=False) is False:
        return b""
    return guarded(client.recv, 1024, otherwise=b"")


def talk(client):
    while True:
        reply = exchange(client, ask())
        if not reply:
            sys.exit("The server has gone: start it again, then this client.")
        show("Server", reply)


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
