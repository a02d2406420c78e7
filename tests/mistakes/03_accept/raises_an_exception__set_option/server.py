import socket

HOST = "127.0.0.1"
PORT = 5555

s = socket.socket()
s.setsockopt(socket.SO_REUSEADDR, 1)
s.bind((HOST, PORT))
s.listen()
print("Server is listening on port 5555...")
conn, (host, port) = s.accept()
print(f"[INFO] Connected with {host}:{port}")
conn.close()
s.close()
