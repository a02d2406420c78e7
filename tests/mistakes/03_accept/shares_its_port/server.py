import socket
import sys

HOST = "127.0.0.1"
PORT = 5555

sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
# found on the web: fixes "Address already in use"
sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
try:
    sock.bind((HOST, PORT))
except OSError as error:
    sys.exit(f"Cannot use {HOST}:{PORT} ({error.strerror})")
sock.listen()
print("Server is listening on port 5555...")
try:
    conn, (host, port) = sock.accept()
    print(f"[INFO] Connected with {host}:{port}")
    conn.close()
except KeyboardInterrupt:
    print()
sock.close()
