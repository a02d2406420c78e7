import socket

HOST = "127.0.0.1"
PORT = 5555

client = socket.socket(socket.AF_INET, socket.SOCK_STREAM)

try:
    client.connect((HOST, PORT))
    print("Connected to 127.0.0.1:5555.")
except ConnectionRefusedError:
    print("Cannot connect to 127.0.0.1:5555: is the server running?")

try:
    input("Press Enter to hang up. ")
except (KeyboardInterrupt, EOFError):
    print()

client.close()
print("Connection closed.")
