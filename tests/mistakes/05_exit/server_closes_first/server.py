import socket

HOST = "127.0.0.1"
PORT = 5555


def main():
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((HOST, PORT))
    listener.listen()
    print(f"Server is listening on port {PORT}...")
    while True:
        connection, address = listener.accept()
        print(f"[INFO] Connected with {address[0]}:{address[1]}")
        try:
            while True:
                data = connection.recv(1024)
                if not data:
                    print("[INFO] Client disconnected.")
                    break
                message = data.decode(errors="replace")
                print("Client:", message)
                if message == "exit":
                    print("[INFO] Client requested disconnection.")
                    connection.sendall(b"Goodbye!")
                    connection.close()
                    listener.close()
                    print("[INFO] Server shutting down.")
                    return
                connection.sendall(b"Message received")
        except ConnectionError:
            print("[INFO] Client disconnected.")
        connection.close()


main()
