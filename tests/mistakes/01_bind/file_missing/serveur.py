import socket

print("the program with a name of its own")
