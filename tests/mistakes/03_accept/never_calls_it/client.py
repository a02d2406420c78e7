"""Lesson 03: connect to the server (a new program).

Goal: the client connects to the server and stays connected until Enter is
pressed. Where that fails, it says why in one sentence and ends with exit
status 1.
The notebook 03_accept.ipynb leads there. Try it with: python client.py
Check it with: python -m lessons check 03
"""

import socket
import sys

HOST = "127.0.0.1"
PORT = 5555
PLACE = HOST + ":" + str(PORT)


def connect_to_server(client):
    server_address = (HOST, PORT)
    try:
        client.connect(server_address)
    except KeyboardInterrupt:
        sys.exit("\nStopped before there was a connection.")
    except OSError as e:
        sys.exit("Cannot connect to " + PLACE + " (" + e.strerror + "): is the server running?")


def main():
    client = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        input("Connected to " + PLACE + ". Press Enter to hang up. ")
    except KeyboardInterrupt:
        print()
    except EOFError:
        print()
    client.close()
    print("Connection closed.")


if __name__ == "__main__":
    main()
