import socket

HOST, PORT = "127.0.0.1", 5555


def talk(connection):
    while True:
        data = connection.recv(1024)
        if not data:
            return False
        message = data.decode(errors="backslashreplace")
        print("Client:", message)
        if message == "exit\n":
            return True
        connection.sendall(b"Message received")


def main():
    listener = socket.create_server((HOST, PORT))
    print(f"Server is listening on port {PORT}...")
    while True:
        connection, (host, port) = listener.accept()
        print(f"[INFO] Connected with {host}:{port}")
        wants_exit = False
        try:
            wants_exit = talk(connection)
            if wants_exit:
                print("[INFO] Client requested disconnection.")
                connection.sendall(b"Goodbye!")
                while connection.recv(1024):
                    pass
        except ConnectionError:
            pass
        connection.close()
        if wants_exit:
            break
        print("[INFO] Client disconnected.")
    listener.close()
    print("[INFO] Server shutting down.")


main()
