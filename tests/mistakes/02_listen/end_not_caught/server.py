import socket
import sys

HOST = "127.0.0.1"
PORT = 5555

listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
try:
    listener.bind((HOST, PORT))
except OSError as error:
    sys.exit(f"Cannot use {HOST}:{PORT} ({error.strerror})")
listener.listen(5)
print("Server is listening on port %d..." % PORT)
input("Press Enter to stop. ")
listener.close()
print("[INFO] Server shutting down.")
