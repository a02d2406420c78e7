import socket
import sys
import time

HOST = "127.0.0.1"
PORT = 5555

listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
try:
    listener.bind((HOST, PORT))
except OSError:
    sys.exit("Port 5555 is used by something else.")
print("Server owns 127.0.0.1:5555.")
print("Press Enter to stop.")
time.sleep(3600)
