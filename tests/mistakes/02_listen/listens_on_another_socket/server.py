import socket
import sys

HOST = "127.0.0.1"
PORT = 5555


def claim_port():
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        listener.bind((HOST, PORT))
    except OSError as error:
        sys.exit(f"Cannot use {HOST}:{PORT} ({error.strerror})")
    return listener


def main():
    claimed = claim_port()
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listener:
        listener.listen()
        print(f"Server is listening on port {PORT}...")
        try:
            input("Press Enter to stop. ")
        except (KeyboardInterrupt, EOFError):
            print()
    claimed.close()
    print("[INFO] Server shutting down.")


main()
