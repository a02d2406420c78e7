import socket

listener = socket.create_server(("127.0.0.1", 5555))
print("Server is listening on port 5555...")
connection, (host, port) = listener.accept()
print(f"[INFO] Connected with {host}:{port}")
message = ""
while message != "exit":
    message = connection.recv(1024).decode(errors="replace")
    if message == "exit":
        print("[INFO] Client requested disconnection.")
        connection.sendall(b"Goodbye!")
    elif message:
        print("Client:", message)
        connection.sendall(b"Message received")
connection.close()
print("[INFO] Server shutting down.")
