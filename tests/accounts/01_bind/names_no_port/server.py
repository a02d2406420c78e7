"""Own a port: the first step of every server."""

import socket
import sys

HOST = "127.0.0.1"
PORT = 5555


def claim_port(listener):
    try:
        listener.bind((HOST, PORT))
    except OSError as error:
        sys.exit(
            "Another server is still running."
        )


def main():
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listener:
        claim_port(listener)
        print(f"Server owns {HOST}:{PORT}.")
        input("Press Enter to stop. ")


if __name__ == "__main__":
    main()
