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


def get_line(conn, text):
    while "\n" not in text:
        new = str(conn.recv(512), "utf-8")
        if new == "":
            return None, text
        text = text + new
        if len(text) > 65536:
            raise ValueError("too long")
    return text.split("\n", 1)


def chat(conn):
    text = ""
    while True:
        message, text = get_line(conn, text)
        if message is None:
            return False
        print("Client:", message)
        if message == "exit":
            return True
        conn.sendall("Message received\n".encode())


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
            except ValueError as e:
                print("[INFO] Refused:", e)
            except ConnectionError:
                finished = False
        if not finished:
            print("[INFO] Client disconnected.")
print("[INFO] Server shutting down.")
