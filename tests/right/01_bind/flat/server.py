import socket

s = socket.socket()
try:
    s.bind(("localhost", 5555))
except:
    print("Somebody else is at port 5555 of this computer. Stop that program, then start me again.")
    exit(1)
print("ok, port bound")
try:
    input()
finally:
    s.close()
