import socket

HOST = "127.0.0.1"
PORT = 5555
SIZE = 1024


def receive(connection):
    # get all the bytes
    data = b""
    while len(data) < SIZE:
        piece = connection.recv(SIZE - len(data))
        if not piece:
            break
        data += piece
    return data


with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listener:
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((HOST, PORT))
    listener.listen()
    print("Server is listening on port 5555...")
    while True:
        connection, address = listener.accept()
        with connection:
            print("connected", address)
            while True:
                data = receive(connection)
                if not data:
                    break
                print("Client:", data.decode(errors="replace"))
                connection.sendall(data)
