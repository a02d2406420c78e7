import os
import socket
import sys

HOST = "127.0.0.1"
PORT = 5555

listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
if os.name == "posix":
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
try:
    listener.bind((HOST, PORT))
except OSError as error:
    sys.exit(f"Cannot use {HOST}:{PORT} ({error.strerror})")
listener.listen()
print(f"Server is listening on port {PORT}...")
input("Press Enter to stop. ")
print("[INFO] Connected with", HOST, PORT)
listener.close()
print("[INFO] Server shutting down.")
