import socket

s = socket.socket()
try:
    s.bind(("localhost", 5555))
except:
    print("Somebody else is at this port. Stop that program, then start me again.")
    exit(1)
print("ok, port bound")
try:
    input()
finally:
    s.close()
