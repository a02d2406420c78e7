import socket


def talk(connection):
    while True:
        data = connection.recv(1024)
        if not data:
            print("[INFO] Client disconnected.")
            return
        text = data.decode(errors="replace")
        print("Client:", text)
        if text == "exit":
            print("[INFO] Client requested disconnection.")
            connection.sendall(b"Goodbye!")
            connection.recv(1024)
            return
        connection.sendall(b"Message received")


with socket.create_server(("127.0.0.1", 5555)) as listener:
    print("Server is listening on port 5555...")
    connection, (host, port) = listener.accept()
    print(f"[INFO] Connected with {host}:{port}")
    with connection:
        talk(connection)
print("[INFO] Server shutting down.")
