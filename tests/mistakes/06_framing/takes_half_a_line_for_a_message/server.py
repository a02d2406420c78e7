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


def next_message(conn, kept):
    while b"\n" not in kept:
        data = conn.recv(1024)
        if not data and not kept:
            return None
        if not data:
            break
        kept += data
        if len(kept) > 65536:
            print("[INFO] Too long a line.")
            return None
    line, _, rest = kept.partition(b"\n")
    kept[:] = rest
    return line.decode(errors="replace")


def chat(conn):
    kept = bytearray()
    while True:
        message = next_message(conn, kept)
        if message is None:
            return False
        print("Client:", message)
        if message == "exit":
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
