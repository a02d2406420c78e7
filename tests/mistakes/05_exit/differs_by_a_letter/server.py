import socket

HOST = "127.0.0.1"
PORT = 5555


def talk(connection):
    while True:
        data = connection.recv(1024)
        if not data:
            return False
        message = data.decode(errors="replace")
        print("client:", message)
        if message == "exit":
            print("[INFO] Client requested disconnection.")
            connection.sendall(b"Goodbye!")
            while connection.recv(1024):
                pass
            return True
        connection.sendall(b"Message received")


with socket.create_server((HOST, PORT)) as listener:
    print("Server is listening on port " + str(PORT) + "...")
    while True:
        connection, (host, port) = listener.accept()
        with connection:
            print(f"[INFO] Connected with {host}:{port}")
            try:
                if talk(connection):
                    break
            except ConnectionError:
                pass
        print("[INFO] Client disconnected.")
print("[INFO] Server shutting down.")
