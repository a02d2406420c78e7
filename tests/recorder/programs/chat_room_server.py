import socket
import threading

HOST = "127.0.0.1"
PORT = 55555

server = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
server.bind((HOST, PORT))
server.listen()

clients = []
nicknames = []
lock = threading.Lock()


def broadcast(message):
    with lock:
        for client in clients:
            client.send(message)


def handle(client):
    while True:
        try:
            message = client.recv(1024)
            if not message:
                raise ConnectionError
            broadcast(message)
        except ConnectionError:
            with lock:
                index = clients.index(client)
                clients.remove(client)
                nickname = nicknames.pop(index)
            client.close()
            broadcast(f"{nickname} left!".encode("ascii"))
            break


def receive():
    while True:
        client, address = server.accept()
        print(f"Connected with {address}")
        client.send("NICK".encode("ascii"))
        nickname = client.recv(1024).decode("ascii")
        with lock:
            nicknames.append(nickname)
            clients.append(client)
        print(f"Nickname is {nickname}")
        broadcast(f"{nickname} joined!".encode("ascii"))
        thread = threading.Thread(target=handle, args=(client,))
        thread.start()


receive()
