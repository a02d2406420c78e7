import socket

listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
listener.bind("127.0.0.1:5555")
print("Server owns 127.0.0.1:5555.")
input("Press Enter to stop. ")
