import socket
import sys

HOST = "127.0.0.1"
PORT = 5555


def claim_port(listener):
    try:
        listener.bind((HOST, PORT))
    except OSError as error:
        sys.exit(f"Cannot bind ({error.strerror})")


def main():
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listener:
        claim_port(listener)
        print(f"Server owns {HOST}:{PORT}.")
        input("Press Enter to stop. ")
