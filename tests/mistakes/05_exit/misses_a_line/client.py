import socket

with socket.create_connection(("127.0.0.1", 5555)) as client:
    message = ""
    while message != "exit":
        message = input("Enter message (type 'exit' to disconnect): ")
        if not message:
            continue
        client.sendall(message.encode())
        print("Server:", client.recv(1024).decode())
