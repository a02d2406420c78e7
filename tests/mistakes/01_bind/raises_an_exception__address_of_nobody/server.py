import socket

# my address, from "ipconfig" on my computer at home
HOST = "192.0.2.17"
PORT = 5555

listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
listener.bind((HOST, PORT))
print("Server owns", HOST, PORT)
input("Press Enter to stop. ")
