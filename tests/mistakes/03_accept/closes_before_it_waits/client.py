import socket
import sys

HOST = "127.0.0.1"
PORT = 5555


def main():
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as client:
        try:
            client.connect((HOST, PORT))
        except ConnectionRefusedError:
            sys.exit(f"Nobody listens on {HOST}:{PORT}: start the server first.")
    try:
        input(f"Connected to {HOST}:{PORT}. Press Enter to hang up. ")
    except (KeyboardInterrupt, EOFError):
        print()
    print("Connection closed.")


if __name__ == "__main__":
    main()
