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
    conn.sendall(b"Goodbye!\n")
    while conn.recv(1024):
        pass


def chat(conn):
    kept = b""
    while True:
        while b"\n" not in kept:
            data = conn.recv(1024)
            if not data:
                return False
            kept += data
        line, kept = kept.split(b"\n", 1)
        print("Client:", line.decode(errors="replace"))
        if line == b"exit":
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
