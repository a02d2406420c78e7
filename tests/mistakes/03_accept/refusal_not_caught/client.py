import socket

HOST = "127.0.0.1"
PORT = 5555

client = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
client.connect((HOST, PORT))
try:
    input(f"Connected to {HOST}:{PORT}. Press Enter to hang up. ")
except (KeyboardInterrupt, EOFError):
    print()
client.close()
print("Connection closed.")
