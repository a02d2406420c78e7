"""Knock at the server's port: connect, hang up, and say what happened."""

import socket

HOST = "127.0.0.1"
PORT = 5555


def main():
    try:
        with socket.create_connection((HOST, PORT), timeout=5) as client:
            host, port = client.getsockname()
    except ConnectionRefusedError:
        print(f"Refused: nobody listens on {HOST}:{PORT}.")
    except socket.timeout:
        print(f"No answer from {HOST}:{PORT} within 5 seconds.")
    else:
        print(f"Connected to {HOST}:{PORT} from {host}:{port}.")


if __name__ == "__main__":
    main()
