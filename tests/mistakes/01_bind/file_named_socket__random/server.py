import random
import socket

print(random.choice(["hello", "welcome"]))
s = socket.socket()
s.bind(("127.0.0.1", 5555))
input("Press Enter to stop. ")
