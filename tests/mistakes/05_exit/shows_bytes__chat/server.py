import socket

HOST = "127.0.0.1"
PORT = 5555


def chat(conn):
    while True:
        data = conn.recv(1024)
        if data == b"":
            return "left"
        print("Client:", data)
        if data == b"exit":
            print("[INFO] Client requested disconnection.")
            conn.sendall(b"Goodbye!")
            while conn.recv(1024) != b"":
                pass
            return "exit"
        conn.sendall(b"Message received")


server = socket.create_server((HOST, PORT))
print(f"Server is listening on port {PORT}...")
how = ""
while how != "exit":
    conn, (ip, port) = server.accept()
    print(f"[INFO] Connected with {ip}:{port}")
    try:
        how = chat(conn)
    except ConnectionError:
        how = "lost"
    conn.close()
    if how != "exit":
        print("[INFO] Client disconnected.")
server.close()
print("[INFO] Server shutting down.")
