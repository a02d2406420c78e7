"""Lesson 06: one line is one message.

Goal: a message ends with a newline. Bytes are kept until a whole line is
there, and only a whole line is decoded. A line of more than 65536 bytes is
refused with a sentence, and its connection closed.
The notebook 06_framing.ipynb leads there. Try it with: python server.py
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
    except OSError as error:
        sys.exit(
            f"Cannot bind {HOST}:{PORT} ({error.strerror}): "
            "is another server still running?"
        )


# TODO: answer lines, however they arrive: in pieces or several at once.
def talk(connection):
    """Answer message after message; return True if the last one is "exit"."""
    while True:
        data = connection.recv(1024)
        if not data:  # end of file: the client has hung up
            return False
        message = data.decode(errors="backslashreplace")
        print("Client:", message)
        if message == "exit":
            return True
        connection.sendall(b"Message received")


def say_goodbye(connection):
    print("[INFO] Client requested disconnection.")
    try:
        connection.sendall(b"Goodbye!")
        while connection.recv(1024):
            pass  # the client closes first, so TIME_WAIT is on its side
    except ConnectionError:
        pass  # it did not wait for the answer


def serve(listener):
    while True:
        connection, (host, port) = listener.accept()
        with connection:
            print(f"[INFO] Connected with {host}:{port}")
            try:
                said_exit = talk(connection)
            except ConnectionError:
                said_exit = False  # a reset: it has gone, the next may come
            if said_exit:
                say_goodbye(connection)
                return
        print("[INFO] Client disconnected.")


def main():
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listener:
        claim_port(listener)
        listener.listen()
        print(f"Server is listening on port {PORT}...")
        try:
            serve(listener)
        except KeyboardInterrupt:
            print()  # the terminal's ^C left its line open
    print("[INFO] Server shutting down.")


if __name__ == "__main__":
    main()
