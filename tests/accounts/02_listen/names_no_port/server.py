"""Listen: from now on clients can queue, though nobody answers them yet."""

import socket
import sys

HOST = "127.0.0.1"
PORT = 5555


def claim_port(listener):
    try:
        listener.bind((HOST, PORT))
        listener.listen()
    except OSError as error:
        sys.exit(
            f"Cannot use {HOST}:{PORT} ({error.strerror}): "
            "is another server still running?"
        )


def main():
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listener:
        claim_port(listener)
        print("Server is listening...")
        try:
            input("Press Enter to stop. ")
        except (KeyboardInterrupt, EOFError):
            print()  # the prompt, or the terminal's ^C, left its line open
    print("[INFO] Server shutting down.")


if __name__ == "__main__":
    main()
