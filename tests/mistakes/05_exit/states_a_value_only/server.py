"""Lesson 05: end when the client says "exit".

Goal: every message is answered with "Message received", and "exit" with
"Goodbye!". The server then waits until the client has hung up, a few seconds
at most, and ends.
The notebook 05_exit.ipynb leads there. Try it with: python server.py
Check it with: python -m lessons check 05
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


def receive(sock):
    try:
        return sock.recv(1024)
    except OSError as error:  # whatever it is, it ends this conversation only
        print(f"[INFO] Connection lost: {error}.")
        return b""


def send(sock, msg_bytes):
    try:
        sock.sendall(msg_bytes)
    except OSError as error:
        print(f"[INFO] Connection lost: {error}.")
        return False
    return True


def talk(sock):
    """True means the client said exit"""
    while True:
        msg_bytes = receive(sock)
        if not msg_bytes:  # end of file: the client says no more
            return False
        user_input = msg_bytes.decode(errors="backslashreplace")
        print("Client:", printable(user_input))
        if user_input == "exit":
            True
        if not send(sock, b"Message received"):
            return False


def say_goodbye(sock):
    try:
        sock.settimeout(1)
        sock.sendall(b"Goodbye!")
        for i in range(5):
            msg_bytes = sock.recv(1024)
            if msg_bytes == b"":
                break
    except OSError:
        pass


def serve(listener):
    while True:
        try:
            sock, (host, port) = listener.accept()
        except ConnectionAbortedError:
            continue  # it left while it was queued, as some systems say
        with sock:
            print(f"[INFO] Connected with {host}:{port}")
            wants_exit = talk(sock)
            if wants_exit:
                print("[INFO] Client requested disconnection.")
                say_goodbye(sock)
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
