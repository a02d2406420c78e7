import socket
import threading

client = socket.socket()
client.connect((socket.gethostname(), 7000))


def receive():
    while data := client.recv(1024):
        print("server says:", data.decode())


threading.Thread(target=receive, daemon=True).start()
while (line := input("> ")) != "bye":
    client.sendall(line.encode())
client.close()
