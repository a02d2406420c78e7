import socket

HOST = "127.0.0.1"
PORT = 5555

listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
listener.bind((HOST, PORT))
listener.listen()
print(f"Server is listening on port {PORT}...")

connection, address = listener.accept()
print(f"[INFO] Connected with {address[0]}:{address[1]}")

while True:
    data = connection.recv(1024)
    if not data:
        break
    message = data.decode()
    print("Client:", message)
    if message == "exit":
        connection.sendall(b"Goodbye!")
        break
    connection.sendall(b"Message received")

while connection.recv(1024):
    pass
connection.close()
listener.close()
print("[INFO] Server shutting down.")
