import socket
import sys

HOST = "127.0.0.1"
PORT = 5556

with socket.socket() as s:
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        s.bind((HOST, PORT))
    except OSError as e:
        sys.exit(f"cannot bind: {e}")
    s.listen()
    print("listening")
    c, a = s.accept()
    print("Connected with", a)
    c.close()
