import socket
import sys

HOST = "127.0.0.1"
PORT = 5555

with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as client:
    try:
        input(f"Press Enter to connect to {HOST}:{PORT}. ")
    except (KeyboardInterrupt, EOFError):
        print()
    try:
        client.connect((HOST, PORT))
    except ConnectionRefusedError:
        sys.exit("Nobody listens: start the server first.")
print("Connection closed.")
