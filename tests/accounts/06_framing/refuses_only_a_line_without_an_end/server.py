"""The chat server: answer every line, until a client says "exit"."""

import os
import socket
import sys

HOST = "127.0.0.1"
PORT = 5555
LONGEST = 65536  # bytes of a line: nobody may fill the memory


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


def send_line(connection, text):
    connection.sendall(text.encode(errors="backslashreplace") + b"\n")


def receive_line(connection, received):
    """Return the next line, or None, and the bytes that came behind it."""
    while b"\n" not in received:
        if len(received) > LONGEST:
            raise ValueError(f"a line of more than {LONGEST} bytes")
        piece = connection.recv(1024)
        if not piece:  # end of file: what is left is half a line
            return None, b""
        received += piece
    line, _, rest = received.partition(b"\n")
    return line.decode(errors="backslashreplace"), rest


def receive(connection, received):
    try:
        return receive_line(connection, received)
    except ValueError as error:
        print(f"[INFO] Refused {error}.")
        say_goodbye(connection, f"Refused {error}.")
    except OSError as error:  # whatever it is, it ends this conversation only
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
    """Answer message after message; return True if the last one is "exit"."""
    received = b""  # what has arrived and is not a line yet
    while True:
        message, received = receive(connection, received)
        if message is None:  # the client says no more
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
