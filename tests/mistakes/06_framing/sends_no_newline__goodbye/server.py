import os
import socket
import sys

HOST = "127.0.0.1"
PORT = 5555


def open_port():
    sock = socket.socket()
    if os.name == "posix":
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((HOST, PORT))
    except OSError as problem:
        sys.exit(f"Cannot bind: {problem}")
    sock.listen()
    print(f"Server is listening on port {PORT}...")
    return sock


def bye(conn):
    print("[INFO] Client requested disconnection.")
    conn.sendall(b"Goodbye!")
    while conn.recv(1024):
        pass


class Lines:
    def __init__(self, sock):
        self.sock = sock
        self.store = b""

    def next(self):
        while b"\n" not in self.store:
            if len(self.store) > 65536:
                print("[INFO] Line too long, I hang up.")
                return None
            more = self.sock.recv(2048)
            if not more:
                return None
            self.store += more
        line, self.store = self.store.split(b"\n", 1)
        return line.decode("utf-8", "replace")


def chat(conn):
    lines = Lines(conn)
    while True:
        msg = lines.next()
        if msg is None:
            return False
        print("Client:", msg)
        if msg == "exit":
            return True
        conn.sendall(b"Message received\n")


with open_port() as server:
    finished = False
    while not finished:
        conn, addr = server.accept()
        print(f"[INFO] Connected with {addr[0]}:{addr[1]}")
        with conn:
            try:
                finished = chat(conn)
                if finished:
                    bye(conn)
            except ConnectionError:
                finished = False
        if not finished:
            print("[INFO] Client disconnected.")
print("[INFO] Server shutting down.")
