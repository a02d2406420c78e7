import socket


def talk(connection):
    while True:
        data = connection.recv(1024)
        if not data:
            return
        print("Client:", data.decode(errors="replace"))
        return connection.sendall(data)


listener = socket.create_server(("127.0.0.1", 5555))
print("Server is listening on port 5555...")
while True:
    connection, address = listener.accept()
    with connection:
        print("[INFO] Connected with", *address)
        talk(connection)
    print("[INFO] Client disconnected.")
