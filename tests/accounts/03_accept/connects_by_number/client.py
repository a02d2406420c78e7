import socket

client = socket.socket()
if client.connect_ex(("127.0.0.9", 5555)) == 0:
    input("Connected. Press Enter to hang up. ")
client.close()
