"""Lesson 05: end after "exit".

Goal: the prompt says how to leave, and "exit" is the last message: its reply
is shown, and the connection is closed.
The notebook 05_exit.ipynb leads there. Try it with: python client.py
Check it with: python -m lessons check 05
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
        message = input("Enter message: ")
    return message


# TODO: stop after the reply to "exit", and let the prompt say
# "Enter message (type 'exit' to disconnect): ".
def talk(client):
    while True:
        client.sendall(ask().encode())
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
