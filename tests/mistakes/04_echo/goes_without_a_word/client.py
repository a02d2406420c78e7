import socket

client = socket.socket()
client.connect(("127.0.0.1", 5555))
try:
    while True:
        message = input("Enter message: ")
        if len(message) > 0:
            client.sendall(message.encode())
            reply = client.recv(1024)
            if reply == b"":
                break
            print("Server:", reply.decode())
except (KeyboardInterrupt, EOFError, ConnectionError):
    print()
client.close()
print("Connection closed.")
