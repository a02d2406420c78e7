import socket, sys

client = socket.socket()
try:
    client.connect(("127.0.0.1", 5555))
except OSError as error:
    sys.exit(f"Nobody listens at 127.0.0.1:5555: {error}")
try:
    input("Connected to 127.0.0.1:5555. Press Enter to hang up. ")
except EOFError:
    sys.exit("no input")
print("\nConnection closed.")
