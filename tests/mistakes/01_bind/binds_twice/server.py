"""Lesson 01: own a port.

Goal: this program owns port 5555 on this computer and says so; where another
program owns it already, it ends with one sentence and exit status 1.
The notebook 01_bind.ipynb leads there. Try it with: python server.py
Check it with: python -m lessons check 01
"""

import socket
import sys

HOST = "127.0.0.1"
PORT = 5555


# my function: asks for the port
def claim_port(listener):
    address = (HOST, PORT)
    try:
        listener.bind(address)
    except OSError as e:
        message = "Cannot use " + HOST + ":" + str(PORT) + " (" + e.strerror + "): "
        message = message + "is another server still running?"
        sys.exit(message)


def main():
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listener:
        # TODO: make the socket own the address HOST and the port PORT,
        # and say so. When the port is taken, end with one sentence.
        listener.bind((HOST, PORT))
        claim_port(listener)
        print("Server owns " + HOST + ":" + str(PORT) + ".")
        input("Press Enter to stop. ")


if __name__ == "__main__":
    main()
