"""Lesson 05: end after "exit".

Goal: the prompt says how to leave, and "exit" is the last message: its reply
is shown, and the connection is closed.
The notebook 05_exit.ipynb leads there. Try it with: python client.py
Check it with: python -m lessons check 05
"""

import socket
import sys

from tools.net import receive, send, show

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


def ask(prompt="Enter message (type 'exit' to disconnect): "):
    while True:
        try:
            if message := input(prompt):
                return message
        except UnicodeDecodeError:
            print("Your keyboard sent bytes that are not UTF-8.")


def exchange(client, message):
    data = message.encode(errors="backslashreplace")
    return receive(client) if send(client, data) else b""


def talk(client):
    while True:
        message = ask()
        reply = exchange(client, message)
        if not reply:
            sys.exit("The server has gone: start it again, then this client.")
        show("Server", reply)
        if message == "exit":
            return


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
