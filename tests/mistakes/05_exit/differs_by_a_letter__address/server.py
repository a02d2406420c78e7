import socket

listener = socket.create_server(("127.0.0.1", 5555))
print("Server is listening on port 5555...")
end = False
while not end:
    connection, address = listener.accept()
    print("[INFO] Connected with", address)
    while True:
        try:
            message = connection.recv(1024).decode(errors="replace")
            if message == "":
                print("[INFO] Client disconnected.")
                break
            print("Client:", message)
            if message == "exit":
                print("[INFO] Client requested disconnection.")
                connection.sendall(b"Goodbye!")
                connection.recv(1024)
                end = True
                break
            connection.sendall(b"Message received")
        except ConnectionError:
            if not end:
                print("[INFO] Client disconnected.")
            break
    connection.close()
print("[INFO] Server shutting down.")
