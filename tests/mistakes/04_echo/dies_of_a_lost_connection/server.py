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
    while True:
        data = connection.recv(1024)
        if not data:
            break
        print("Client:", data.decode(errors="backslashreplace"))
        connection.sendall(data)
    connection.close()
    print("[INFO] Client disconnected.")
