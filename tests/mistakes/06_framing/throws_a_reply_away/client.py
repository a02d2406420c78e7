import socket
import sys

sock = socket.socket()
try:
    sock.connect(("127.0.0.1", 5555))
except ConnectionRefusedError:
    sys.exit("Nobody listens: start the server first.")


def get_reply():
    got = b""
    while True:
        part = sock.recv(1024)
        if not part:
            sys.exit("The server hung up.")
        got = got + part
        if b"\n" in got:
            return got.split(b"\n")[0].decode(errors="replace")


def question():
    while True:
        text = input("Enter message (type 'exit' to disconnect): ")
        if text:
            return text


try:
    while True:
        text = question()
        sock.sendall(text.encode() + b"\n")
        print("Server:", get_reply())
        if text == "exit":
            break
except (EOFError, KeyboardInterrupt):
    print()
except ConnectionError:
    sys.exit("The server hung up.")

sock.close()
print("Connection closed.")
