import socket

HOST = "127.0.0.1"
PORT = 5555

server = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
server.bind((HOST, PORT))
server.listen()
print(f"Server is listening on port {PORT}...")

while True:
    connection, (host, port) = server.accept()
    print(f"[INFO] Connected with {host}:{port}")
    while True:
        try:
            data = connection.recv(1024)
            if not data:
                break
            print("Client:", data.decode(errors="backslashreplace"))
            connection.sendall(data)
        except ConnectionError:
            break
    print("[INFO] Client disconnected.")
