import socket
import sys

HOST = "127.0.0.1"
PORT = 5555


def claim_port(listener):
    try:
        listener.bind((HOST, PORT))
    except ConnectionRefusedError:
        sys.exit(f"Cannot use {HOST}:{PORT}: is another server still running?")


def main():
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listener:
        claim_port(listener)
        print(f"Server owns {HOST}:{PORT}.")
        input("Press Enter to stop. ")


if __name__ == "__main__":
    main()
