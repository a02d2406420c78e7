import socket
import sys

HOST = "127.0.0.1"
PORT = 5555


def main():
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listener:
        try:
            listener.bind((HOST, PORT))
        except OSError as error:
            sys.exit(f"Cannot use {HOST}:{PORT} ({error.strerror})")
    print(f"Server owns {HOST}:{PORT}.")
    input("Press Enter to stop. ")


if __name__ == "__main__":
    main()
