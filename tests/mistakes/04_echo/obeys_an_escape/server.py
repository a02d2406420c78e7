import socket


def talk(connection):
    while True:
        data = connection.recv(1024)
        if not data:
            return
        text = data.decode(errors="replace").replace("\n", " ")
        print("Client: " + text)
        connection.sendall(data)


with socket.create_server(("127.0.0.1", 5555)) as listener:
    print("Server is listening on port 5555...")
    while True:
        connection, address = listener.accept()
        print(f"[INFO] Connected with {address[0]}:{address[1]}")
        try:
            talk(connection)
        except ConnectionError:
            print("[INFO] Connection lost.")
        connection.close()
        print("[INFO] Client disconnected.")
