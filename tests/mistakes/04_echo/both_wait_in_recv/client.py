import socket

HOST = "127.0.0.1"
PORT = 5555

client = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
client.connect((HOST, PORT))
print("Connected!")
while True:
    reply = client.recv(1024)
    print("Server:", reply.decode())
    message = input("Enter message: ")
    client.sendall(message.encode())
