import socket, sys

client = socket.socket()
try:
    client.connect(("127.0.0.1", 5555))
except OSError as error:
    sys.exit(1)
try:
    input("Connected to 127.0.0.1:5555. Press Enter to hang up. ")
except EOFError:
    pass
print("\nConnection closed.")
