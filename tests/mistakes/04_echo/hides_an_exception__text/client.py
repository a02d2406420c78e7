import socket

client = socket.socket()
try:
    client.connect(("127.0.0.1", 5555))
    while True:
        message = input("Enter message: ")
        client.sendall(message)
        reply = client.recv(1024)
        print("Server:", reply)
except:
    print("Connection closed.")
