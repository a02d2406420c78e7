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
    except OSError as error:
        sys.exit(
            f"Cannot bind {HOST}:{PORT} ({error.strerror}): "
            "is another server still running?"
        )


def send_line(connection, text):
    connection.sendall(text.encode() + b"\n")


def receive_line(connection, received):
    """Return the next line, or None if there will be no whole one."""
    while b"\n" not in received and len(received) <= LONGEST:
        piece = connection.recv(1024)
        if not piece:  # end of file: what is left is half a line
            return None
        received += piece
    line, _, rest = received.partition(b"\n")
    if len(line) > LONGEST:
        raise ValueError(f"a line of more than {LONGEST} bytes")
    received[:] = rest  # the beginning of what comes next
    return line.decode(errors="backslashreplace")


def talk(connection):
    """Answer message after message; return True if the last one is "exit"."""
    received = bytearray()  # what has arrived and is not a line yet
    while True:
        message = receive_line(connection, received)
        if message is None:  # the client has hung up
            return False
        print("Client:", message)
        if message == "exit":
            return True
        send_line(connection, "Message received")


def say_goodbye(connection):
    print("[INFO] Client requested disconnection.")
    try:
        send_line(connection, "Goodbye!")
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
            except ValueError as error:
                print(f"[INFO] Refused {error}.")
                said_exit = False
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
