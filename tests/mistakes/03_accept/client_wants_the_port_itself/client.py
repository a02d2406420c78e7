import socket

HOST = "127.0.0.1"
PORT = 5555

client = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
client.bind((HOST, PORT))
client.connect((HOST, PORT))
input("Connected. Press Enter to hang up. ")
client.close()
print("Connection closed.")
