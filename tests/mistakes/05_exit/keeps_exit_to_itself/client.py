import socket

client = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
client.connect(("127.0.0.1", 5555))

message = input("Enter message (type 'exit' to disconnect): ")
while message != "exit":
    if message:
        client.sendall(message.encode())
        print("Server:", client.recv(1024).decode())
    message = input("Enter message (type 'exit' to disconnect): ")

client.close()
print("Connection closed.")
