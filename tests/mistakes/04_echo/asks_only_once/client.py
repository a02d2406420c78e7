import socket

HOST = "127.0.0.1"
PORT = 5555

client_socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
client_socket.connect((HOST, PORT))
message = ""
while message == "":
    message = input("Enter message: ")
client_socket.sendall(message.encode())
reply = client_socket.recv(1024)
print("Server:", reply.decode())
client_socket.close()
print("Connection closed.")
