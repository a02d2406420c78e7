import socket
import sys

HOST = "127.0.0.1"
PORT = 5555


def main():
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((HOST, PORT))
        except OSError as error:
            sys.exit(f"Cannot bind ({error.strerror})")
        listener.listen()
        print(f"Server is listening on port {PORT}...")

    connection, (host, port) = listener.accept()
    with connection:
        print(f"[INFO] Connected with {host}:{port}")
    print("[INFO] Server shutting down.")


main()
