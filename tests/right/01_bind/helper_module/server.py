"""Lesson 01: own a port.

Goal: this program owns port 5555 on this computer and says so; where another
program owns it already, it ends with one sentence and exit status 1.
The notebook 01_bind.ipynb leads there. Try it with: python server.py
Check it with: python -m lessons check 01
"""

import socket

from tools.net import claim_port

HOST = "127.0.0.1"
PORT = 5555


def main():
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listener:
        host, port = claim_port(listener, HOST, PORT)
        print(f"Server owns {host}:{port}.")
        input("Press Enter to stop. ")


if __name__ == "__main__":
    main()
