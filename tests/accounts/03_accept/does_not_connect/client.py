import socket

client = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
input("Connected. Press Enter to hang up. ")
client.close()
