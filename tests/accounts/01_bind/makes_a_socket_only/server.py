import socket

listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
print("The port is 5555.")
input("Press Enter to stop. ")
listener.close()
