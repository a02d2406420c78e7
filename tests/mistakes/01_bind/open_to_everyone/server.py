import socket
import sys

# listen on all interfaces
SERVER_IP = "0.0.0.0"
SERVER_PORT = 5555

s = socket.socket()
try:
    s.bind((SERVER_IP, SERVER_PORT))
except OSError as err:
    print("port in use", err)
    sys.exit(1)
print("Server owns port", SERVER_PORT)
input("Press Enter to stop. ")
