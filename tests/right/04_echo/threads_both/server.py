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
import threading

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


def talk(connection):
    while True:
        data = receive(connection)
        if not data:
            return
        print("Client:", printable(data.decode(errors="backslashreplace")))
        if not send(connection, data):
            return


def serve(listener):
    listener.settimeout(0.2)
    while True:
        try:
            connection, (host, port) = listener.accept()
        except (TimeoutError, ConnectionAbortedError):
            continue
        connection.settimeout(None)
        with connection:
            print(f"[INFO] Connected with {host}:{port}")
            worker = threading.Thread(
                target=talk, args=(connection,), daemon=True
            )
            worker.start()
            worker.join()
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
