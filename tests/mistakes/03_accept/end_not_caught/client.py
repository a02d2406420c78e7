import socket
import sys

HOST = "127.0.0.1"
PORT = 5555


def dial(client):
    try:
        client.connect((HOST, PORT))
    except ConnectionRefusedError:
        sys.exit(f"Nobody listens on {HOST}:{PORT}: start the server first.")


with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as client:
    dial(client)
    input(f"Connected to {HOST}:{PORT}. Press Enter to hang up. ")
print("Connection closed.")
