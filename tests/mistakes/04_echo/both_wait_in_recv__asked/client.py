import socket
import sys


def talk(sock):
    while True:
        text = input("Enter message: ")
        answer = sock.recv(1024).decode()
        sock.sendall(text.encode("utf-8"))
        print("Server:", answer)


sock = socket.socket()
try:
    sock.connect(("127.0.0.1", 5555))
except ConnectionRefusedError:
    sys.exit("no server")
try:
    talk(sock)
except (EOFError, KeyboardInterrupt):
    print()
sock.close()
