import os
import socket
import sys

HOST = "127.0.0.1"
PORT = 5555
BUFFER_SIZE = 1024


def claim_port(listener):
    if os.name == "posix":
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, PORT))
        listener.listen()
    except OSError as error:
        sys.exit(f"Cannot use {HOST}:{PORT} ({error.strerror}): is another server still running?")


def printable(text):
    """Spell out what a terminal would obey, or cannot show."""
    shown = text if text.isprintable() else repr(text)
    encoding = sys.stdout.encoding
    return shown.encode(encoding, "backslashreplace").decode(encoding)


def receive(connection):
    try:
        return connection.recv(BUFFER_SIZE)
    except OSError as error:
        print(f"[INFO] Connection lost: {error}.")
        return b""


def send(connection, data):
    try:
        connection.sendall(data)
        return True
    except OSError as error:
        print(f"[INFO] Connection lost: {error}.")
        return False


def talk(connection):
    # walrus operator!!
    while data := receive(connection):
        text = data.decode("utf-8", errors="backslashreplace")
        print("Client:", printable(text))
        ok = send(connection, text.encode("utf-8"))
        if not ok:
            return


def serve(listener):
    while True:
        try:
            connection, (host, port) = listener.accept()
        except ConnectionAbortedError:
            continue
        with connection:
            print(f"[INFO] Connected with {host}:{port}")
            talk(connection)
        print("[INFO] Client disconnected.")


def main():
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listener:
        claim_port(listener)
        print(f"Server is listening on port {PORT}...")
        try:
            serve(listener)
        except KeyboardInterrupt:
            print()
    print("[INFO] Server shutting down.")


if __name__ == "__main__":
    main()
