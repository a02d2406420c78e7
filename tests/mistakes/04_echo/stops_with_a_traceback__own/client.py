import socket
import sys

HOST = "127.0.0.1"
PORT = 5555


def ask():
    message = ""
    while not message:
        message = input("Enter message: ")
    return message


def talk(client):
    while True:
        client.sendall(ask().encode())
        reply = client.recv(1024)
        if not reply:
            raise ConnectionError("server closed")
        print("Server:", reply.decode())


with socket.socket() as client:
    try:
        client.connect((HOST, PORT))
    except ConnectionRefusedError:
        sys.exit("Nobody listens.")
    try:
        talk(client)
    except (KeyboardInterrupt, EOFError):
        print()
print("Connection closed.")
