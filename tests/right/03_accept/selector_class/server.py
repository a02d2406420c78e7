"""Lesson 03: take a client.

Goal: the server waits until a client connects, takes that one connection and
says who it is. It can be started again at once.
The notebook 03_accept.ipynb leads there. Try it with: python server.py
Check it with: python -m lessons check 03
"""

import os
import selectors
import socket
import sys

HOST = "127.0.0.1"
PORT = 5555


class Server:
    def __init__(self, host, port):
        self.place = (host, port)
        self.listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self.listener.setblocking(False)
        self.selector = selectors.DefaultSelector()
        self.done = False

    def __enter__(self):
        if os.name == "posix":
            self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            self.listener.bind(self.place)
            self.listener.listen()
        except OSError as error:
            host, port = self.place
            sys.exit(f"Cannot use {host}:{port} ({error.strerror}): is another server still running?")
        self.selector.register(self.listener, selectors.EVENT_READ, data=self.take)
        return self

    def __exit__(self, *exc_info):
        self.selector.close()
        self.listener.close()

    def take(self):
        try:
            connection, (host, port) = self.listener.accept()
        except BlockingIOError:
            return
        with connection:
            print(f"[INFO] Connected with {host}:{port}")
        self.done = True

    def serve(self):
        while not self.done:
            for key, _ in self.selector.select():
                key.data()


def main():
    with Server(HOST, PORT) as server:
        print(f"Server is listening on port {PORT}...")
        try:
            server.serve()
        except KeyboardInterrupt:
            print()
    print("[INFO] Server shutting down.")


if __name__ == "__main__":
    main()
