import socket
import sys


def ask():
    message = ""
    while not message:
        message = input("Enter message (type 'exit' to disconnect): ")
    return message


client = socket.socket()
try:
    client.connect(("127.0.0.1", 5555))
except ConnectionRefusedError:
    sys.exit("start the server first")
try:
    while True:
        client.sendall(ask().encode())
        reply = client.recv(1024)
        if not reply:
            raise ConnectionError
        print("Server:", reply.decode())
except (EOFError, KeyboardInterrupt):
    print()
except ConnectionError:
    print("The server has gone.")
client.close()
print("Connection closed.")
