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


def printable(klartext):
    """Spell out what a terminal would obey, or cannot show."""
    shown = klartext if klartext.isprintable() else repr(klartext)
    encoding = sys.stdout.encoding
    return shown.encode(encoding, "backslashreplace").decode(encoding)


def send_line(client_socket, klartext):
    klartext = klartext + "\n"
    client_socket.sendall(klartext.encode("utf-8", errors="backslashreplace"))


# returns (text, rest)
def receive_line(client_socket, received):
    end = received.find(b"\n")
    while end == -1 and len(received) <= 65536:
        stueck = client_socket.recv(1024)
        if stueck == b"":
            return None, b""
        received = received + stueck
        end = received.find(b"\n")
    if end == -1 or end > 65536:
        raise ValueError("line too long")
    line = received[:end + 1]
    rest = received[end + 1:]
    return line.decode("utf-8", errors="backslashreplace"), rest


def receive(client_socket, received):
    try:
        return receive_line(client_socket, received)
    except ValueError:
        print("[INFO] Refused a line of more than 65536 bytes.")
        say_goodbye(client_socket, "Refused a line of more than 65536 bytes.")
        return None, b""
    except OSError as error:  # whatever it is, it ends this conversation only
        print(f"[INFO] Connection lost: {error}.")
        return None, b""


def send(client_socket, klartext):
    try:
        send_line(client_socket, klartext)
    except OSError as error:
        print(f"[INFO] Connection lost: {error}.")
        return False
    return True


def talk(client_socket):
    """Answer message after message; return True if the last one is "exit"."""
    received = b""
    while True:
        eingabe, received = receive(client_socket, received)
        if eingabe is None:  # end of file: the client says no more
            return False
        print("Client:", printable(eingabe))
        if eingabe == "exit":
            return True
        if not send(client_socket, "Message received"):
            return False


def say_goodbye(client_socket, words):
    """Let the client close first, so that TIME_WAIT is on its side."""
    try:
        client_socket.settimeout(1)  # second, for each call from here on
        send_line(client_socket, words)
        for _ in range(5):  # so no client can keep the server for long
            if not client_socket.recv(1024):
                return
    except OSError:
        pass  # it did not wait for the answer, or it never closed


def serve(listener):
    while True:
        try:
            client_socket, (host, port) = listener.accept()
        except ConnectionAbortedError:
            continue  # it left while it was queued, as some systems say
        with client_socket:
            print(f"[INFO] Connected with {host}:{port}")
            if talk(client_socket):
                print("[INFO] Client requested disconnection.")
                say_goodbye(client_socket, "Goodbye!")
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
