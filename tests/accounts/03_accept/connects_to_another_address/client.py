import socket, sys

client = socket.socket()
try:
    client.connect(("127.0.0.9", 5555))
except OSError as error:
    sys.exit(f"Nobody listens at 127.0.0.1:5555: {error}")
