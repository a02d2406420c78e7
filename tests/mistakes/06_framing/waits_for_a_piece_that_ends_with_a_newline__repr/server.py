"""Lesson 06: one line is one message.

Goal: a message ends with a newline. Bytes are kept until a whole line is
there, and only a whole line is decoded. A line of more than 65536 bytes is
refused: both sides are told, and its connection is closed.
The notebook 06_framing.ipynb leads there. Try it with: python server.py
Check it with: python -m lessons check 06
"""

import os
import socket
import sys

HOST = "127.0.0.1"
PORT = 5555
LIMIT = 65536


def claim_port(listener):
    if os.name == "posix":
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, PORT))
        listener.listen()
    except OSError as error:
        sys.exit(f"Cannot use {HOST}:{PORT} ({error.strerror}): is another server still running?")


def printable(text):
    shown = text if text.isprintable() else repr(text)
    encoding = sys.stdout.encoding
    return shown.encode(encoding, "backslashreplace").decode(encoding)


def send_line(connection, text):
    connection.sendall(text.encode(errors="backslashreplace") + b"\n")


def receive_line(connection, received):
    while not received.endswith(b"\n"):
        piece = connection.recv(1024)
        if not piece:
            return None, b""
        received += piece
        if len(received) > LIMIT + 1:
            raise ValueError("more than 65536 bytes")
    line = received[:-1]
    return line.decode(errors="backslashreplace"), b""


def receive(connection, received):
    try:
        return receive_line(connection, received)
    except OSError as error:  # whatever it is, it ends this conversation only
        print(f"[INFO] Connection lost: {error}.")
    except ValueError:
        words = f"Refused a line of more than {LIMIT} bytes."
        print("[INFO]", words)
        say_goodbye(connection, words)
    return None, b""


def send(connection, text):
    try:
        send_line(connection, text)
    except OSError as error:
        print(f"[INFO] Connection lost: {error}.")
        return False
    return True


def talk(connection):
    """Answer message after message; return True if the last one is "exit"."""
    received = b""
    while True:
        message, received = receive(connection, received)
        if message is None:
            return False
        print("Client:", printable(message))
        if message == "exit":
            return True
        if not send(connection, "Message received"):
            return False


def say_goodbye(connection, words):
    """Let the client close first, so that TIME_WAIT is on its side."""
    try:
        connection.settimeout(1)  # second, for each call from here on
        send_line(connection, words)
        for _ in range(5):  # so no client can keep the server for long
            if not connection.recv(1024):
                return
    except OSError:
        pass  # it did not wait for the answer, or it never closed


def serve(listener):
    while True:
        try:
            connection, (host, port) = listener.accept()
        except ConnectionAbortedError:
            continue  # it left while it was queued, as some systems say
        with connection:
            print(f"[INFO] Connected with {host}:{port}")
            if talk(connection):
                print("[INFO] Client requested disconnection.")
                say_goodbye(connection, "Goodbye!")
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
