import os
import signal
import socket
import sys

listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
try:
    listener.bind(("127.0.0.1", 5555))
except OSError as error:
    sys.exit(f"Cannot use port 5555: {error}")
print("Server owns 127.0.0.1:5555.")
input("Press Enter to stop. ")
os.kill(os.getpid(), signal.SIGTERM)
