import socket
import struct
import sys


def send(sock, text):
    sock.sendall(struct.pack("!I", len(text)) + text.encode())


def get(sock, count):
    data = b""
    while len(data) < count:
        more = sock.recv(count - len(data))
        if not more:
            raise ConnectionError("gone")
        data += more
    return data


sock = socket.socket()
try:
    sock.connect(("127.0.0.1", 5555))
except ConnectionRefusedError:
    sys.exit("Nobody listens: start the server first.")
try:
    text = ""
    while text != "exit":
        text = input("Enter message (type 'exit' to disconnect): ")
        if text:
            send(sock, text)
            (length,) = struct.unpack("!I", get(sock, 4))
            print("Server:", get(sock, length).decode())
except (EOFError, KeyboardInterrupt):
    print()
except ConnectionError:
    sys.exit("The server has gone.")
sock.close()
print("Connection closed.")
