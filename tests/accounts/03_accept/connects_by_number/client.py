import socket

client = socket.socket()
if client.connect_ex(("127.0.0.9", 5555)) == 0:
    input("Connected to localhost, port 5555. Press Enter to hang up. ")
client.close()
