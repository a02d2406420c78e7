"""Small helpers for sockets."""

import sys


def claim_port(listener, host, port):
    try:
        listener.bind((host, port))
    except OSError as error:
        sys.exit(f"Cannot use {host}:{port} ({error.strerror}): is another server still running?")
    return listener.getsockname()
