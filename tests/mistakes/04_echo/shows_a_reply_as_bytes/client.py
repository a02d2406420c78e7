import socket

client = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
client.connect(("127.0.0.1", 5555))
while True:
    try:
        message = input("Enter message: ")
    except EOFError:
        break
    if message == "":
        continue
    client.sendall(bytes(message, "utf-8"))
    data = client.recv(1024)
    print("Server:", data)
client.close()
print("Connection closed.")
