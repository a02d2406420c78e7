"""Lesson 01: own a port.

Goal: this program owns port 5555 on this computer and says so; where another
program owns it already, it ends with one sentence and exit status 1.
The notebook 01_bind.ipynb leads there. Try it with: python server.py
Check it with: python -m lessons check 01
"""

import contextlib
import socket
import sys

HOST = "127.0.0.1"
PORT = 5555
ADDRESS = (HOST, PORT)


def claim_port(listener):
    with complain():
        listener.bind(ADDRESS)


@contextlib.contextmanager
def complain():
    try:
        yield
    except OSError as problem:
        sys.exit("Cannot use %s:%d (%s): is another server still running?" % (*ADDRESS, problem.strerror))


def main():
    with contextlib.ExitStack() as stack:
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        stack.callback(listener.close)
        claim_port(listener)
        print("Server owns %s:%d." % listener.getsockname())
        input("Press Enter to stop. ")


if __name__ == "__main__":
    main()
