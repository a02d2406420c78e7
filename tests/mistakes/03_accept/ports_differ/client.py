import socket
import sys

SERVER = ("127.0.0.1", 5000)

client = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
try:
    client.connect(SERVER)
except ConnectionRefusedError:
    sys.exit("Nobody listens: start the server first.")
try:
    input("Connected. Press Enter to hang up. ")
except (KeyboardInterrupt, EOFError):
    print()
client.close()
print("Connection closed.")
