"""Lesson 05: end when the client says "exit".

Goal: every message is answered with "Message received", and "exit" with
"Goodbye!". The server then waits until the client has hung up, and ends.
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
    except OSError as error:
        sys.exit(
            f"Cannot bind {HOST}:{PORT} ({error.strerror}): "
            "is another server still running?"
        )


# TODO: answer "Message received", and "Goodbye!" to "exit". After
# that goodbye, wait for the client to hang up, and let main() end.
def talk(connection):
    while True:
        data = connection.recv(1024)
        if not data:  # end of file: the client has hung up
            return
        print("Client:", data.decode(errors="backslashreplace"))
        connection.sendall(data)


def serve(listener):
    while True:
        connection, (host, port) = listener.accept()
        with connection:
            print(f"[INFO] Connected with {host}:{port}")
            try:
                talk(connection)
            except ConnectionError:
                pass  # a reset: this client has gone, the next may come
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
