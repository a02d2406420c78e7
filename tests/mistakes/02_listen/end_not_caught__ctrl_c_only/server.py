import socket
import sys

HOST = "127.0.0.1"
PORT = 5555


def claim_port(listener):
    try:
        listener.bind((HOST, PORT))
    except OSError as error:
        sys.exit(
            f"Cannot use {HOST}:{PORT} ({error.strerror}): "
            "is another server still running?"
        )


def main():
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listener:
        claim_port(listener)
        listener.listen()
        print(f"Server is listening on port {PORT}...")
        try:
            input("Press Enter to stop. ")
        except KeyboardInterrupt:
            print()
    print("[INFO] Server shutting down.")


if __name__ == "__main__":
    main()
