import socket

PORT = 5555
listener = socket.socket()
listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
listener.bind(("127.0.0.1", PORT))
listener.listen()
print("listening on", PORT)

while True:
    conn, (host, port) = listener.accept()
    print(f"[INFO] Connected with {host}:{port}")
    with conn:
        while True:
            data = conn.recv(1024)
            if not data:
                break
            print("Client:", data.decode(errors="replace"))
            print("Server:", data.decode(errors="replace"))
    print("[INFO] Client disconnected.")
