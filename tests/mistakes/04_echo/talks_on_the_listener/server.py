import socket

HOST = "127.0.0.1"
PORT = 5555

server = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
server.bind((HOST, PORT))
server.listen()
print("Server is listening on port", PORT)

while True:
    connection, address = server.accept()
    print("[INFO] Connected with", address)
    while True:
        data = server.recv(1024)
        if not data:
            break
        print("Client:", data.decode())
        server.sendall(data)
    connection.close()
    print("[INFO] Client disconnected.")
