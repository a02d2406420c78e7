import contextlib
import socket
import sys


@contextlib.contextmanager
def listening(host, port):
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listener:
        claim_port(listener, host, port)
        yield listener


def claim_port(listener, host, port):
    try:
        listener.bind((host, port))
        listener.listen()
    except OSError as error:
        sys.exit(f"Cannot use {host}:{port} ({error.strerror}): is another server still running?")


def wait_for_enter():
    try:
        input("Press Enter to stop. ")
    except (KeyboardInterrupt, EOFError):
        print()
