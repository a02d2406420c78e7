import socket
import sys

HOST = "127.0.0.1"
PORT = 5555

with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as s:
    try:
        s.bind((HOST, PORT))
        print(f"Server owns {HOST}:{PORT}.")
        print("Press Enter to stop.")
    except OSError as e:
        sys.exit(f"Cannot bind: {e}")
