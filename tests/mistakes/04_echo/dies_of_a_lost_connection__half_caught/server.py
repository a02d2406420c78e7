import socket


def talk(sock):
    while True:
        data = sock.recv(1024)
        if not data:
            return
        print("Client:", data.decode(errors="replace"))
        try:
            sock.sendall(data)
        except ConnectionError:
            print("could not answer")
            return


with socket.create_server(("127.0.0.1", 5555)) as listener:
    print("Server is listening on port 5555...")
    while True:
        sock, address = listener.accept()
        with sock:
            print("[INFO] Connected with", address)
            talk(sock)
        print("[INFO] Client disconnected.")
