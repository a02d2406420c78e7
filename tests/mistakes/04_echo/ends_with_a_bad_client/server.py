import socket

HOST = "127.0.0.1"
PORT = 5555


def serve(listener):
    while True:
        connection, (host, port) = listener.accept()
        with connection:
            print(f"[INFO] Connected with {host}:{port}")
            while True:
                data = connection.recv(1024)
                if not data:
                    break
                print("Client:", data.decode(errors="replace"))
                connection.sendall(data)
        print("[INFO] Client disconnected.")


def main():
    with socket.socket() as listener:
        listener.bind((HOST, PORT))
        listener.listen()
        print("Server is listening on port 5555...")
        try:
            serve(listener)
        except KeyboardInterrupt:
            print()
        except ConnectionError:
            print("Connection lost")
    print("[INFO] Server shutting down.")


main()
