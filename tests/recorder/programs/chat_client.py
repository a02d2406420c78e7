import socket

HOST = "127.0.0.1"
PORT = 5555

client = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
client.connect((HOST, PORT))

while True:
    message = input("Enter message (type 'exit' to disconnect): ")
    client.sendall(message.encode())
    reply = client.recv(1024)
    print("Server:", reply.decode())
    if message == "exit":
        break

client.close()
print("Connection closed.")
