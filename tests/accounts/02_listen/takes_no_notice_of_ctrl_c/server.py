import socket
import sys

HOST = "127.0.0.1"
PORT = 5555


def claim_port(listener):
    try:
        listener.bind((HOST, PORT))
        listener.listen()
    except OSError as error:
        sys.exit(f"Cannot use {HOST}:{PORT} ({error.strerror})")


def wait():
    while True:
        try:
            return input("Press Enter to stop. ")
        except KeyboardInterrupt:
            print("Press Enter, please.")
        except EOFError:
            print()
            return ""


with socket.socket() as listener:
    claim_port(listener)
    print(f"Server is listening on port {PORT}...")
    wait()
print("[INFO] Server shutting down.")
