import socket
import sys

HOST, PORT = "127.0.0.1", 5555


def claim_port(listener):
    try:
        listener.bind((HOST, PORT))
    except OSError as error:
        sys.exit(print("Cannot bind", HOST, PORT, error.strerror))


with socket.socket() as listener:
    claim_port(listener)
    print("Server owns", HOST, PORT)
    input("Press Enter to stop. ")
