import socket

client = socket.create_connection(("127.0.0.1", 5555))
message = ""
while message != "exit":
    message = input("Enter message (type 'exit' to disconnect):")
    if message:
        client.sendall(message.encode())
        print("Server:", client.recv(1024).decode())
client.close()
print("Connection closed.")
