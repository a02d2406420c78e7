import socket
import sys

HOST = "127.0.0.1"
PORT = 5555

client = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
try:
    client.connect(HOST, PORT)
except ConnectionRefusedError:
    sys.exit("Nobody listens: start the server first.")
input("Connected. Press Enter to hang up. ")
