import socket

HOST = "127.0.0.1"
PORT = 5555

client = socket.socket(socket.AF_INET, socket.SOCK_STREAM)

try:
    client.connect((HOST, PORT))
    print("Connected to 127.0.0.1:5555.")
except ConnectionRefusedError:
    print("Nobody listens on 127.0.0.1:5555: start the server first.")

try:
    input("Press Enter to hang up. ")
except (KeyboardInterrupt, EOFError):
    print()

client.close()
print("Connection closed.")
