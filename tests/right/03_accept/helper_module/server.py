"""Lesson 03: take a client.

Goal: the server waits until a client connects, takes that one connection and
says who it is. It can be started again at once.
The notebook 03_accept.ipynb leads there. Try it with: python server.py
Check it with: python -m lessons check 03
"""

from tools.net import claim_port, calmly, new_socket

HOST = "127.0.0.1"
PORT = 5555


def serve(listener):
    connection, (host, port) = listener.accept()
    with connection:
        print(f"[INFO] Connected with {host}:{port}")


def main():
    with new_socket() as listener:
        claim_port(listener, HOST, PORT)
        print(f"Server is listening on port {PORT}...")
        with calmly(KeyboardInterrupt):
            serve(listener)
    print("[INFO] Server shutting down.")


if __name__ == "__main__":
    main()
