import socket

print("Connecting...")
client = socket.create_connection(("127.0.0.1", 5555))
message = ""
while message != "exit":
    message = input("Enter message (type 'exit' to disconnect): ")
    if not message:
        continue
    client.sendall(message.encode())
    reply = client.recv(1024)
    print(f"Server: {reply.decode()}")
client.close()
print("Connection closed.")
