import socket
import threading

nickname = input("Choose your nickname: ")

client = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
client.connect(("127.0.0.1", 55555))


def receive():
    while True:
        message = client.recv(1024).decode("ascii")
        if message == "NICK":
            client.send(nickname.encode("ascii"))
        elif message:
            print(message)
        else:
            print("Disconnected")
            break


def write():
    while True:
        text = input("")
        if text == "/quit":
            client.shutdown(socket.SHUT_RDWR)
            break
        client.send(f"{nickname}: {text}".encode("ascii"))


receive_thread = threading.Thread(target=receive)
receive_thread.start()
write()
receive_thread.join()
client.close()
