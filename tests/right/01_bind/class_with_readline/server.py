import os
import socket
import sys


class Server:
    def __init__(self, address):
        self.address = address
        self.sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)

    def claim(self):
        if os.name == "posix":
            self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            self.sock.bind(self.address)
        except OSError as problem:
            sys.stderr.write(f"No luck with {self.address}: {problem}\n")
            self.sock.close()
            raise SystemExit(1)

    def run(self):
        self.claim()
        print("This is mine:", *self.sock.getsockname(), flush=True)
        sys.stdin.readline()
        self.sock.close()


Server(("127.0.0.1", 5555)).run()
