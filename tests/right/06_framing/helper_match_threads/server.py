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
import threading

from tools.net import printable, receive_line, send_line

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


def receive(connection, received):
    try:
        return receive_line(connection, received)
    except ValueError:
        print("[INFO] Refused a line of more than 65536 bytes.")
        say_goodbye(connection, "Refused a line of more than 65536 bytes.")
    except OSError as error:
        print(f"[INFO] Connection lost: {error}.")
    return None, b""


def send(connection, text):
    try:
        send_line(connection, text)
    except OSError as error:
        print(f"[INFO] Connection lost: {error}.")
        return False
    return True


def talk(connection):
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
    try:
        connection.settimeout(1)
        send_line(connection, words)
        for _ in range(5):
            if not connection.recv(1024):
                break
    except OSError:
        pass


def conversation(connection, result):
    result.append(talk(connection))
    if result[-1]:
        print("[INFO] Client requested disconnection.")
        say_goodbye(connection, "Goodbye!")


def serve(listener):
    listener.settimeout(0.2)
    while True:
        try:
            connection, (host, port) = listener.accept()
        except (TimeoutError, ConnectionAbortedError):
            continue
        connection.settimeout(None)
        result = []
        with connection:
            print(f"[INFO] Connected with {host}:{port}")
            thread = threading.Thread(
                target=conversation, args=(connection, result), daemon=True
            )
            thread.start()
            thread.join()
        if result == [True]:
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
