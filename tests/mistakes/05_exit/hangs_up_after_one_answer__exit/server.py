import socket

with socket.create_server(("127.0.0.1", 5555)) as listener:
    print("Server is listening on port 5555...")
    while True:
        connection, (host, port) = listener.accept()
        print(f"[INFO] Connected with {host}:{port}")
        with connection:
            message = connection.recv(1024).decode(errors="replace")
            print("Client:", message)
            if message == "exit":
                print("[INFO] Client requested disconnection.")
                connection.sendall(b"Goodbye!")
                connection.recv(1024)
                break
            if message:
                connection.sendall(b"Message received")
        print("[INFO] Client disconnected.")
print("[INFO] Server shutting down.")
