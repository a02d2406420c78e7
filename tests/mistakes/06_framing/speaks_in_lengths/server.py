import os
import socket
import struct
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


def send(conn, text):
    # first the length, then the text
    conn.sendall(struct.pack("!I", len(text)) + text.encode())


def get(conn, count):
    data = b""
    while len(data) < count:
        more = conn.recv(count - len(data))
        if not more:
            raise ConnectionError("gone")
        data += more
    return data


def receive(conn):
    (length,) = struct.unpack("!I", get(conn, 4))
    if length > 65536:
        raise ConnectionError("too long")
    return get(conn, length).decode(errors="replace")


def chat(conn):
    while True:
        message = receive(conn)
        print("Client:", message)
        if message == "exit":
            return True
        send(conn, "Message received")


def bye(conn):
    print("[INFO] Client requested disconnection.")
    send(conn, "Goodbye!")
    while conn.recv(1024):
        pass


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
