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
    while data := receive(connection):
        message = data.decode(errors="backslashreplace")
        print("Client:", printable(message))
        if message == "exit":
            return True
        if not send(connection, b"Message received"):
            return False
    return False


def say_goodbye(connection):
    try:
        connection.settimeout(1)
        connection.sendall(b"Goodbye!")
        for _ in range(5):
            if not connection.recv(1024):
                break
    except OSError:
        pass


class Worker(threading.Thread):
    def __init__(self, connection):
        super().__init__(daemon=True)
        self.connection = connection
        self.said_exit = False

    def run(self):
        self.said_exit = talk(self.connection)
        if self.said_exit:
            print("[INFO] Client requested disconnection.")
            say_goodbye(self.connection)


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
            worker = Worker(connection)
            worker.start()
            worker.join()
        if worker.said_exit:
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
