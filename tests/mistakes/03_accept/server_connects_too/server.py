import socket

HOST = "127.0.0.1"
PORT = 5555

listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
listener.bind((HOST, PORT))
listener.listen()
print("Server is listening on port 5555...")

client = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
client.connect((HOST, PORT))

connection, address = listener.accept()
print("[INFO] Connected with", address[0], address[1])
connection.close()
client.close()
listener.close()
