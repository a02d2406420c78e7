import socket

HOST = "127.0.0.1"
PORT = 5555

listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
listener.bind((HOST, PORT))
listener.listen()
print(f"Server is listening on port {PORT}...")

while True:
    connection, (host, port) = listener.accept()
    print(f"[INFO] Connected with {host}:{port}")
    try:
        data = connection.recv(1024)
        if data:
            print("Client:", data.decode(errors="replace"))
            connection.sendall(data)
    except ConnectionError:
        pass
    connection.close()
    print("[INFO] Client disconnected.")
