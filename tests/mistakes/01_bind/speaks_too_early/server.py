import socket
import sys

HOST = "127.0.0.1"
PORT = 5555


def bind_socket(sock):
    try:
        sock.bind((HOST, PORT))
    except OSError as error:
        sys.exit(f"Cannot bind ({error.strerror})")


listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
print(f"Server owns {HOST}:{PORT}.")
bind_socket(listener)
input("Press Enter to stop. ")
listener.close()
