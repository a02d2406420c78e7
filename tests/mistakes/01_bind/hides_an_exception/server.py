import socket
import sys

HOST = "127.0.0.1"
PORT = "5555"

listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
try:
    listener.bind((HOST, PORT))
    print("Server owns", HOST, PORT)
    input("Press Enter to stop. ")
except:
    sys.exit("Cannot bind: is another server still running?")
