import socket

HOST = "127.0.0.1"
PORT = 5555

listener = socket.socket()
listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
listener.bind((HOST, PORT))
listener.listen()
print("Server is listening on port 5555...")
connection, address = listener.accept()
print("[INFO] Connected with", address)
while True:
    data = connection.recv(1024)
    if data:
        print("Client:", data.decode())
        connection.sendall(data)
    else:
        print("[INFO] Client disconnected.")
        connection.close()
