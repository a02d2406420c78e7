import socket
import sys


def connect_to(host, port):
    sock = socket.socket()
    try:
        sock.connect((host, port))
    except ConnectionRefusedError:
        sys.exit("Nobody there. Start the server first.")
    print("connected to", host, port)


connect_to("127.0.0.1", 5555)
try:
    input("Press Enter to hang up. ")
except (EOFError, KeyboardInterrupt):
    pass
print("Connection closed.")
