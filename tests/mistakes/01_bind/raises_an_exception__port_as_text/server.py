import socket

HOST = "127.0.0.1"
PORT = input("Which port? ")

my_socket = socket.socket()
my_socket.bind((HOST, PORT))
print("Server owns port", PORT)
input("Press Enter to stop. ")
