"""Lesson 06: one line is one reply.

Goal: each message is sent as a line, and each reply is a line that is shown
when all of it has come. A longer one than 65536 bytes is no reply.
The notebook 06_framing.ipynb leads there. Try it with: python client.py
"""

import socket
import sys

HOST = "127.0.0.1"
PORT = 5555


def dial(client):
    try:
        client.connect((HOST, PORT))
    except ConnectionRefusedError:
        sys.exit(f"Nobody listens on {HOST}:{PORT}: start the server first.")


def ask():
    message = ""
    while not message:  # no bytes would travel: both sides would wait for ever
        message = input("Enter message (type 'exit' to disconnect): ")
    return message


# TODO: send lines, and wait for each reply until its line is whole.
def talk(client):
    message = ""
    while message != "exit":
        message = ask()
        client.sendall(message.encode())
        reply = client.recv(1024)
        if not reply:
            raise ConnectionError("the server closed the connection")
        print("Server:", reply.decode(errors="backslashreplace"))


def main():
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as client:
        dial(client)
        try:
            talk(client)
        except (KeyboardInterrupt, EOFError):
            print()  # the prompt, or the terminal's ^C, left its line open
        except ConnectionError:
            sys.exit("The server has gone: start it again, then this client.")
    print("Connection closed.")


if __name__ == "__main__":
    main()
