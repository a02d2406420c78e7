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
    inbox = ""
    while True:
        while "\n" in inbox:
            line, inbox = inbox.split("\n", 1)
            print("Client: " + line)
            if line == "exit":
                return True
            conn.sendall(b"Message received\n")
        if len(inbox) > 65536:
            print("[INFO] That line is too long, goodbye.")
            return False
        data = conn.recv(1024)
        if not data:
            return False
        inbox += data.decode("utf-8", errors="replace")


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
