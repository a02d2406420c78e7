import socket
import sys


def ask():
    while True:
        line = input("Enter message: ")
        if line != "":
            return line


def main():
    client = socket.socket()
    try:
        client.connect(("127.0.0.1", 5555))
    except ConnectionRefusedError:
        sys.exit("Start the server first.")
    try:
        while True:
            client.sendall(ask().encode())
            reply = client.recv(1024).decode(errors="replace")
            print("Server:", reply)
    except (EOFError, KeyboardInterrupt):
        print()
    except ConnectionError:
        sys.exit("The server has gone.")
    finally:
        client.close()
    print("Connection closed.")


main()
