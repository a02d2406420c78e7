import socket

HOST, PORT = "127.0.0.1", 5555

listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
listener.bind((HOST, PORT))
listener.listen()
print(f"Server is listening on port {PORT}...")
while True:
    connection, addr = listener.accept()
    print("[INFO] Connected with", addr[0], addr[1])
    while True:
        message = connection.recv(1024)
        print("Client:", message.decode(errors="replace"))
        connection.sendall(message)
    connection.close()
