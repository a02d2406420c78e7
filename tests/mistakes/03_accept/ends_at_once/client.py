import socket
import sys

s = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
try:
    s.connect(("127.0.0.1", 5555))
    print("Connected to 127.0.0.1:5555. Press Enter to hang up.")
except ConnectionRefusedError:
    sys.exit("start the server first")
s.close()
print("Connection closed.")
