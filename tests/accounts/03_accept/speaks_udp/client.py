import socket

client = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
client.connect(("127.0.0.1", 5555))
try:
    input("Connected. Press Enter to hang up. ")
except (KeyboardInterrupt, EOFError):
    print()
client.close()
