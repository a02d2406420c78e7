"""Messages as a generator; what is left over waits in a list of pieces."""

import errno
import os
import socket
import sys
from collections import deque

LIMIT = 64 * 1024


def messages(connection):
    ready, pieces, size = deque(), [], 0
    while True:
        while ready:
            yield ready.popleft().decode("utf-8", "backslashreplace")
        chunk = connection.recv(4096)
        if not chunk:
            return
        first, *others = chunk.split(b"\n")
        pieces.append(first)
        size += len(first)
        if size > LIMIT:
            raise OSError(errno.EMSGSIZE, os.strerror(errno.EMSGSIZE))
        if others:
            ready.append(b"".join(pieces))
            ready.extend(others[:-1])
            pieces, size = [others[-1]], len(others[-1])


def hold(connection):
    for message in messages(connection):
        print("Client:", message)
        if message == "exit":
            return True
        connection.sendall("Message received\n".encode("ascii"))
    return False


def refuse(connection, reason):
    try:
        connection.sendall(f"{reason}\n".encode())
    except ConnectionError:
        pass


def main():
    with socket.create_server(("127.0.0.1", 5555)) as listener:
        print("Server is listening on port 5555...")
        done = False
        while not done:
            connection, address = listener.accept()
            print("[INFO] Connected with {}:{}".format(*address))
            with connection:
                try:
                    done = hold(connection)
                    if done:
                        print("[INFO] Client requested disconnection.")
                        connection.sendall(b"Goodbye!\n")
                        connection.recv(1)
                except OSError as error:
                    if error.errno == errno.EMSGSIZE:
                        print("[INFO]", error.strerror)
                        refuse(connection, error.strerror)
                    done = done or False
            if not done:
                print("[INFO] Client disconnected.")
    print("[INFO] Server shutting down.")


try:
    main()
except OSError as error:
    sys.exit(f"Cannot bind: {error}")
