"""What the server and the client have in common."""

import contextlib
import os
import socket
import sys


def new_socket():
    return socket.socket(socket.AF_INET, socket.SOCK_STREAM)


@contextlib.contextmanager
def calmly(*exceptions):
    try:
        yield
    except exceptions:
        print()


def claim_port(listener, host, port):
    if os.name == "posix":
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen()
    except OSError as error:
        sys.exit(f"Cannot use {host}:{port} ({error.strerror}): is another server still running?")


def connect_to_server(client, host, port):
    try:
        client.connect((host, port))
    except OSError as error:
        sys.exit(f"Cannot connect to {host}:{port} ({error.strerror}): is the server running?")
    except KeyboardInterrupt:
        sys.exit("\nStopped before there was a connection.")
