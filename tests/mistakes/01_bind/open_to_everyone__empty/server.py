import socket
import sys

s = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
print("socket created")
try:
    s.bind(("", 5555))
except OSError:
    sys.exit("cannot bind")
print("socket bound to 5555")
input("Enter to stop")
s.close()
