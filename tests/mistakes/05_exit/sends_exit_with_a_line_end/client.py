import socket
import sys

HOST = "127.0.0.1"
PORT = 5555

with socket.socket() as client:
    client.connect((HOST, PORT))
    while True:
        print("Enter message (type 'exit' to disconnect): ", end="", flush=True)
        message = sys.stdin.readline()
        if message == "":
            print()
            break
        client.sendall(message.encode())
        reply = client.recv(1024)
        print("Server:", reply.decode())
        if message.strip() == "exit":
            break
print("Connection closed.")
