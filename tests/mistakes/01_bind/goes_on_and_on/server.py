import socket

HOST = "127.0.0.1"
PORT = 5555

listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
listener.bind((HOST, PORT))
print(f"Server owns {HOST}:{PORT}.")

# keep the server running
while True:
    pass
