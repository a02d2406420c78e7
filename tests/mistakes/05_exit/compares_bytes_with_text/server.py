import socket

HOST = "127.0.0.1"
PORT = 5555


def handle(conn):
    while True:
        data = conn.recv(1024)
        if not data:
            return False
        print("Client:", data.decode(errors="replace"))
        if data == "exit":
            print("[INFO] Client requested disconnection.")
            conn.sendall("Goodbye!".encode())
            conn.recv(1024)
            return True
        conn.sendall("Message received".encode())


with socket.create_server((HOST, PORT)) as server:
    print(f"Server is listening on port {PORT}...")
    done = False
    while not done:
        conn, addr = server.accept()
        print(f"[INFO] Connected with {addr[0]}:{addr[1]}")
        with conn:
            try:
                done = handle(conn)
            except ConnectionError:
                done = False
        if not done:
            print("[INFO] Client disconnected.")
print("[INFO] Server shutting down.")
