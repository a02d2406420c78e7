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


LIMIT = 65536


def send_line(client_conn, text):
    d = text.encode(errors="backslashreplace")
    client_conn.sendall(d + b"\n")


def receive_line(client_conn, received):
    while b"\n" not in received:
        if len(received) > LIMIT:
            raise ValueError("a line of more than 65536 bytes")
        piece = client_conn.recv(1024)
        if not piece:
            return None, b""
        received += piece
    zeile, _, rest = received.partition(b"\n")
    if len(zeile) > LIMIT:
        raise ValueError("a line of more than 65536 bytes")
    return zeile.decode(errors="backslashreplace"), rest


def receive(client_conn, received):
    try:
        return receive_line(client_conn, received)
    except ValueError:
        print("[INFO] Refused a line of more than 65536 bytes.")
        say_goodbye(client_conn, "Refused a line of more than 65536 bytes.")
        return None, b""
    except OSError as error:  # whatever it is, it ends this conversation only
        print(f"[INFO] Connection lost: {error}.")
        return None, b""


def send(client_conn, text):
    try:
        send_line(client_conn, text)
    except OSError as error:
        print(f"[INFO] Connection lost: {error}.")
        return False
    return True


def talk(client_conn):
    """Answer message after message; return True if the last one is "exit"."""
    received = b""
    while True:
        message, received = receive(client_conn, received)
        if message is None:  # end of file: the client says no more
            return False
        print("Client:", printable(message))
        if message == "exit":
            return True
        if not send(client_conn, "Message received"):
            return False


def say_goodbye(client_conn, words):
    """Let the client close first, so that TIME_WAIT is on its side."""
    try:
        client_conn.settimeout(1)  # second, for each call from here on
        client_conn.sendall(words.encode())
        for _ in range(5):  # so no client can keep the server for long
            if not client_conn.recv(1024):
                return
    except OSError:
        pass  # it did not wait for the answer, or it never closed


def serve(listener):
    while True:
        try:
            client_conn, (host, port) = listener.accept()
        except ConnectionAbortedError:
            continue  # it left while it was queued, as some systems say
        with client_conn:
            print(f"[INFO] Connected with {host}:{port}")
            if talk(client_conn):
                print("[INFO] Client requested disconnection.")
                say_goodbye(client_conn, "Goodbye!")
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
