import socket

HOST = "127.0.0.1"
PORT = 5555

client = socket.socket()
client.connect((HOST, PORT))
print("Connected.")
welcome = client.recv(1024)
print("Server:", welcome.decode())
message = ""
while message != "exit":
    message = input("Enter message (type 'exit' to disconnect): ")
    client.sendall(message.encode())
    print("Server:", client.recv(1024).decode())
client.close()
print("Connection closed.")
