"""Echo: send each client its own bytes back, until it hangs up."""

import os
import socket
import sys
import threading

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


def main():
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listener:
        claim_port(listener)
        print(f"Server is listening on port {PORT}...")
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            print()  # the terminal's ^C left its line open
    print("[INFO] Server shutting down.")


if __name__ == "__main__":
    main()
