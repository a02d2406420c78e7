import socket


def serve(listener):
    while True:
        connection, address = listener.accept()
        print("[INFO] Connected with", address)
        while True:
            data = connection.recv(1024)
            if len(data) == 0:
                print("[INFO] Client disconnected.")
                connection.close()
                return
            print("Client:", data.decode("utf8", errors="replace"))
            connection.sendall(data)


def main():
    listener = socket.socket()
    listener.bind(("127.0.0.1", 5555))
    listener.listen()
    print("Server is listening on port 5555...")
    serve(listener)
    listener.close()
    print("[INFO] Server shutting down.")


main()
