import socket

client = socket.socket()
client.connect(("127.0.0.1", 5555))
message = input("Enter message: ")
while message:
    client.sendall(message.encode())
    data = client.recv(1024)
    print("Server: " + data.decode())
    try:
        message = input("Enter message: ")
    except EOFError:
        break
client.close()
print("Connection closed.")
