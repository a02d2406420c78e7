import socket
import sys
import threading

HOST = "127.0.0.1"
PORT = 5555
LONGEST = 65536  # bytes of a line: as the server has it


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
    while not message:  # it could travel, as a newline, and says nothing
        try:
            message = input("Enter message (type 'exit' to disconnect): ")
        except UnicodeDecodeError:
            print("Your keyboard sent bytes that are not UTF-8.")
        if len(message.encode(errors="backslashreplace")) > LONGEST:
            print(f"That is more than {LONGEST} bytes: say it in less.")
            message = ""
    return message


def send_line(connection, text):
    connection.sendall(text.encode(errors="backslashreplace") + b"\n")


def receive_line(connection, received):
    """Return the next line, or None, and the bytes that came behind it."""
    while b"\n" not in received and len(received) <= LONGEST:
        piece = connection.recv(1024)
        if not piece:  # end of file: what is left is half a line
            return None, b""
        received += piece
    line, _, rest = received.partition(b"\n")
    if len(line) > LONGEST:
        raise ValueError(f"a line of more than {LONGEST} bytes")
    return line.decode(errors="backslashreplace"), rest


def exchange(client, message, received):
    """Return the reply, or None, and the bytes that came behind it."""
    try:
        send_line(client, message)
        return receive_line(client, received)
    except ValueError as error:
        sys.exit(f"The server sent {error}: that is no reply.")
    except OSError as error:
        print(f"[INFO] Connection lost: {error}.")
        return None, b""


def talk(client):
    received = b""  # what has arrived and is not a line yet
    message = ""
    while message != "exit":
        message = ask()
        reply, received = exchange(client, message, received)
        if reply is None:  # the server says no more
            print("The server has gone: wait for it.")
            threading.Event().wait()
        print("Server:", printable(reply))


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
