import socket

server_socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
server_socket.bind(("127.0.0.1", 5555))
server_socket.listen(1)
print("Server is listening on port 5555...")

while True:
    client_socket, client_address = server_socket.accept()
    print(f"[INFO] Connected with {client_address}")
    while True:
        try:
            data = client_socket.recv(1024)
        except ConnectionResetError:
            break
        if not data:
            break
        print("Client:", data)
        reply = f"{data}"
        client_socket.sendall(reply.encode())
    client_socket.close()
