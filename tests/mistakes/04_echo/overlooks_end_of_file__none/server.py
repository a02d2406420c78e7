import socket


def talk(connection):
    while True:
        data = connection.recv(1024)
        if data is None:  # nothing more
            break
        text = data.decode("utf-8", "replace")
        if text:
            print("Client:", text)
            connection.sendall(data)


def main():
    with socket.create_server(("127.0.0.1", 5555)) as listener:
        print("Server is listening on port 5555...")
        while True:
            connection, address = listener.accept()
            with connection:
                print("[INFO] Connected with", address)
                try:
                    talk(connection)
                except ConnectionError:
                    print("lost")
            print("[INFO] Client disconnected.")


main()
