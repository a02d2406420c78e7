import socket
import sys

HOST = "127.0.0.1"
PORT = 5555

with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as client:
    try:
        client.connect((HOST, PORT))
    except ConnectionRefusedError:
        sys.exit("Nobody listens: start the server first.")
    try:
        input("Connected to 127.0.0.1:5555. Press Enter to hang up. ")
    except KeyboardInterrupt:
        print("ok")
print("Connection closed.")
