import socket

HOST = "127.0.0.1"
PORT = 5555

server = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
server.bind((HOST, PORT))
server.listen()
print(f"Server is listening on port {PORT}...")
running = True
while running:
    conn, (ip, port) = server.accept()
    print(f"[INFO] Connected with {ip}:{port}")
    while True:
        try:
            message = conn.recv(1024).decode(errors="replace")
        except ConnectionError:
            message = ""
        if message == "":
            print("[INFO] Client disconnected.")
            break
        print("Client:", message)
        if "exit" in message:
            print("[INFO] Client requested disconnection.")
            conn.sendall(b"Goodbye!")
            while conn.recv(1024):
                pass
            running = False
            break
        conn.sendall(b"Message received")
    conn.close()
server.close()
print("[INFO] Server shutting down.")
