import socket

with socket.socket() as client:
    client.connect(("127.0.0.1", 5555))
    while True:
        message = input("Enter message (type 'exit' to disconnect): ")
        if not message:
            continue
        client.sendall(message.encode())
        print("Server:", client.recv(1024).decode())
        if message == "exit":
            # wait until the server has closed
            while client.recv(1024):
                pass
            break
print("Connection closed.")
