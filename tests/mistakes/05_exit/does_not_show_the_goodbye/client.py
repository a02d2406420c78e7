import socket

client = socket.create_connection(("127.0.0.1", 5555))
while True:
    msg = input("Enter message (type 'exit' to disconnect): ")
    if not msg:
        continue
    client.sendall(msg.encode())
    answer = client.recv(1024).decode()
    if msg == "exit":
        break
    print("Server:", answer)
client.close()
print("Connection closed.")
