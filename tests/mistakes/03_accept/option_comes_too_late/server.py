import socket
import sys

HOST = "127.0.0.1"
PORT = 5555

server = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
try:
    server.bind((HOST, PORT))
except OSError as e:
    print("Cannot bind:", e)
    sys.exit(1)
server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
server.listen()
print("Server is listening on port", PORT, "...")
conn, addr = server.accept()
print("[INFO] Connected with", addr[0] + ":" + str(addr[1]))
conn.close()
server.close()
print("[INFO] Server shutting down.")
