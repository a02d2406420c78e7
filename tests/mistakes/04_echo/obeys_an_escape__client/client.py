"""Send what is typed, show what comes back, message after message."""

import socket
import sys

HOST = "127.0.0.1"
PORT = 5555


def connect_to_server(client):
    try:
        client.connect((HOST, PORT))
    except OSError as error:
        sys.exit(
            f"Cannot connect to {HOST}:{PORT} ({error.strerror}): "
            "is the server running?"
        )
    except KeyboardInterrupt:
        sys.exit("\nStopped before there was a connection.")


def printable(text):
    """Spell out what a terminal would obey, or cannot show."""
    shown = text if text.isprintable() else repr(text)
    encoding = sys.stdout.encoding
    return shown.encode(encoding, "backslashreplace").decode(encoding)


def ask():
    message = ""
    while not message:  # no bytes would travel: both sides would wait for ever
        try:
            message = input("Enter message: ")
        except UnicodeDecodeError:
            print("Your keyboard sent bytes that are not UTF-8.")
    return message


def exchange(client, message):
    """Return the reply to a message; nothing if the server has gone."""
    try:
        client.sendall(message.encode(errors="backslashreplace"))
        return client.recv(1024)
    except OSError as error:
        print(f"[INFO] Connection lost: {error}.")
        return b""


def talk(client):
    while True:
        reply = exchange(client, ask())
        if not reply:  # end of file: the server says no more
            sys.exit("The server has gone: start it again, then this client.")
        print("Server:", reply.decode(errors="replace").replace("\n", "\\n"))


def main():
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as client:
        connect_to_server(client)
        try:
            talk(client)
        except (KeyboardInterrupt, EOFError):
            print()  # the prompt, or the terminal's ^C, left its line open
    print("Connection closed.")


if __name__ == "__main__":
    main()
