"""Knock at the server's port: dial, say what happened, hang up."""

import socket

HOST = "127.0.0.1"
PORT = 5555


def main():
    try:
        with socket.create_connection((HOST, PORT), timeout=5) as caller:
            host, port = caller.getsockname()
            print(f"Connected to {HOST}:{PORT} from {host}:{port}.")
    except ConnectionRefusedError:
        print(f"Refused: nobody listens on {HOST}:{PORT}.")
    except socket.timeout:
        print(f"No answer from {HOST}:{PORT} within 5 seconds.")


if __name__ == "__main__":
    main()
