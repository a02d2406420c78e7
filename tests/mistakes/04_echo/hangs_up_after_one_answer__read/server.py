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


def printable(words_in):
    """Spell out what a terminal would obey, or cannot show."""
    shown = words_in if words_in.isprintable() else repr(words_in)
    encoding = sys.stdout.encoding
    return shown.encode(encoding, "backslashreplace").decode(encoding)


# 1024 bytes is the most that we take at once
BUFFER_SIZE = 1024


def receive(sock):
    msg_bytes = b""
    try:
        msg_bytes = sock.recv(BUFFER_SIZE)
    except OSError as error:
        print(f"[INFO] Connection lost: {error}.")
    return msg_bytes


def send(sock, msg_bytes):
    ok = True
    try:
        sock.sendall(msg_bytes)
    except OSError as error:
        print(f"[INFO] Connection lost: {error}.")
        ok = False
    return ok


def talk(sock):
    msg_bytes = receive(sock)
    while msg_bytes:
        words_in = msg_bytes.decode("utf-8", errors="backslashreplace")
        # print(data)
        print(f"Client: {printable(words_in)}")
        if not send(sock, msg_bytes):
            break
        msg_bytes = receive(sock)
        return


def serve(listener):
    # one client after another
    while True:
        try:
            sock, address = listener.accept()
        except ConnectionAbortedError:
            continue
        host, port = address
        with sock:
            print(f"[INFO] Connected with {host}:{port}")
            talk(sock)
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
