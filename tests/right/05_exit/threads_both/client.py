"""Lesson 05: end after "exit".

Goal: the prompt says how to leave, and "exit" is the last message: its reply
is shown, and the connection is closed.
The notebook 05_exit.ipynb leads there. Try it with: python client.py
Check it with: python -m lessons check 05
"""

import queue
import socket
import sys
import threading

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


def ask(prompt="Enter message (type 'exit' to disconnect): "):
    while True:
        try:
            if message := input(prompt):
                return message
        except UnicodeDecodeError:
            print("Your keyboard sent bytes that are not UTF-8.")


replies = queue.SimpleQueue()


def reader(client):
    reply = b"?"
    while reply:
        try:
            reply = client.recv(1024)
        except OSError as error:
            print(f"[INFO] Connection lost: {error}.")
            reply = b""
        replies.put(reply)


def exchange(client, message):
    try:
        client.sendall(message.encode(errors="backslashreplace"))
    except OSError as error:
        print(f"[INFO] Connection lost: {error}.")
        return b""
    return replies.get()


def talk(client):
    threading.Thread(target=reader, args=(client,), daemon=True).start()
    message = ""
    while message != "exit":
        message = ask()
        reply = exchange(client, message)
        if not reply:
            sys.exit("The server has gone: start it again, then this client.")
        print("Server:", printable(reply.decode(errors="backslashreplace")))


def main():
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as client:
        connect_to_server(client)
        try:
            talk(client)
        except (KeyboardInterrupt, EOFError):
            print()  # the prompt, or the terminal's ^C, left its line open
        try:
            client.shutdown(socket.SHUT_RDWR)  # wakes the thread
        except OSError:
            pass
    print("Connection closed.")


if __name__ == "__main__":
    main()
