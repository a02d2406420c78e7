"""Lesson 04: send every message back.

Goal: each message comes back to its client, one after another, until that
client hangs up. Then the server waits for the next one, whatever the last
one did, and nothing that a client sends can steer its terminal.
The notebook 04_echo.ipynb leads there. Try it with: python server.py
Check it with: python -m lessons check 04
"""

import os
import socket
import sys

from tools import net

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


def receive(connection):
    return net.guarded(connection.recv, 1024, otherwise=b"")


def send(connection, data):
    return net.guarded(connection.sendall, data, otherwise=False) is None


def talk(connection):
    for data in iter(lambda: receive(connection), b""):
        net.show("Client", data)
        if not send(connection, data):
            return


def serve(listener):
    while True:
        try:
            connection, (host, port) = listener.accept()
        except ConnectionAbortedError:
            continue
        with connection:
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
