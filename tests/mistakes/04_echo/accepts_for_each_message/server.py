import socket

HOST = "127.0.0.1"
PORT = 5555
listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
listener.bind((HOST, PORT))
listener.listen()
print("Server is listening on port 5555...")
clients = []
while True:
    print("waiting for a message")
    client, addr = listener.accept()
    clients.append(client)
    print("[INFO] Connected with", addr)
    msg = client.recv(1024)
    if not msg:
        print("[INFO] Client disconnected.")
        continue
    print("Client:", msg.decode())
    client.sendall(msg)
    print("answered")
