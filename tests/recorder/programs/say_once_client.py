import socket
import sys

HOST, PORT = "localhost", int(sys.argv[1]) if len(sys.argv) > 1 else 9999

with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as sock:
    sock.connect((HOST, PORT))
    sock.sendall(b"hello world\n")
    received = sock.recv(1024)
print("Received:", received.decode())
