import socket
import sys

HOST = "127.0.0.1"
PORT = 5555


def main():
    client = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        client.connect((HOST, PORT))
    except (TimeoutError, ConnectionResetError):
        sys.exit(f"Nobody listens on {HOST}:{PORT}: start the server first.")
    try:
        input(f"Connected to {HOST}:{PORT}. Press Enter to hang up. ")
    except (KeyboardInterrupt, EOFError):
        print()
    client.close()
    print("Connection closed.")


main()
