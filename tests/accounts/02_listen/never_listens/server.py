import socket
import sys

listener = socket.socket()
try:
    listener.bind(("127.0.0.1", 5555))
except OSError as error:
    sys.exit(f"Cannot use the port: {error}")
print("Server is listening on port 5555...")
input("Press Enter to stop. ")
print("[INFO] Server shutting down.")
