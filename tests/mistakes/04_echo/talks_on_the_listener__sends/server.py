import socket

listener = socket.socket()
listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
listener.bind(("127.0.0.1", 5555))
listener.listen()
print("Server is listening on port 5555...")
while True:
    connection, (host, port) = listener.accept()
    print(f"[INFO] Connected with {host}:{port}")
    with connection:
        try:
            while data := connection.recv(1024):
                print("Client:", repr(data.decode(errors="replace")))
                listener.sendall(data)
        except OSError as error:
            print(f"[INFO] Connection lost: {error}.")
    print("[INFO] Client disconnected.")
