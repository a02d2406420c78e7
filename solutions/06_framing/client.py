"""The chat client: send each line that is typed, until "exit"."""

import socket
import sys

HOST = "127.0.0.1"
PORT = 5555
LONGEST = 65536  # bytes of a line: nobody may fill the memory


def dial(client):
    try:
        client.connect((HOST, PORT))
    except ConnectionRefusedError:
        sys.exit(f"Nobody listens on {HOST}:{PORT}: start the server first.")


def ask():
    message = ""
    while not message:  # it could travel, as a newline, and says nothing
        message = input("Enter message (type 'exit' to disconnect): ")
    return message


def send_line(client, text):
    client.sendall(text.encode() + b"\n")


def receive_line(client, received):
    """Return the next line, or None if there will be no whole one."""
    while b"\n" not in received and len(received) <= LONGEST:
        piece = client.recv(1024)
        if not piece:  # end of file: what is left is half a line
            return None
        received += piece
    line, _, rest = received.partition(b"\n")
    if len(line) > LONGEST:
        raise ValueError(f"a line of more than {LONGEST} bytes")
    received[:] = rest  # the beginning of what comes next
    return line.decode(errors="backslashreplace")


def talk(client):
    received = bytearray()  # what has arrived and is not a line yet
    message = ""
    while message != "exit":
        message = ask()
        send_line(client, message)
        reply = receive_line(client, received)
        if reply is None:
            raise ConnectionError("the server closed the connection")
        print("Server:", reply)


def main():
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as client:
        dial(client)
        try:
            talk(client)
        except (KeyboardInterrupt, EOFError):
            print()  # the prompt, or the terminal's ^C, left its line open
        except ConnectionError:
            sys.exit("The server has gone: start it again, then this client.")
        except ValueError as error:
            sys.exit(f"The server sent {error}: that is no reply.")
    print("Connection closed.")


if __name__ == "__main__":
    main()
