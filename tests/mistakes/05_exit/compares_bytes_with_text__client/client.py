import socket

client = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
client.connect(("127.0.0.1", 5555))
try:
    while True:
        message = input("Enter message (type 'exit' to disconnect): ")
        if not message:
            continue
        client.sendall(message.encode())
        reply = client.recv(1024)
        print("Server:", reply.decode())
        if reply == "Goodbye!":
            break
except EOFError:
    print()
client.close()
print("Connection closed.")
