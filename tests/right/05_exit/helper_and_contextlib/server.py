"""Lesson 05: end when the client says "exit".

Goal: every message is answered with "Message received", and "exit" with
"Goodbye!". The server then waits until the client has hung up, a few seconds
at most, and ends.
The notebook 05_exit.ipynb leads there. Try it with: python server.py
Check it with: python -m lessons check 05
"""

import contextlib
import os
import socket
import sys

from tools.net import receive, send, show

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


ANSWERS = {"exit": None}


def talk(connection):
    while True:
        data = receive(connection)
        if not data:
            return False
        message = show("Client", data)
        answer = ANSWERS.get(message, b"Message received")
        if answer is None:
            return True
        if not send(connection, answer):
            return False


def say_goodbye(connection):
    dustbin = bytearray(1024)
    with contextlib.suppress(OSError):
        connection.settimeout(1)
        connection.sendall(b"Goodbye!")
        any(connection.recv_into(dustbin) == 0 for _ in range(5))


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
