import socket
import time

HOST = "127.0.0.1"
PORT = 5555

server_socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
bound = False
while not bound:
    try:
        server_socket.bind((HOST, PORT))
        bound = True
    except OSError as e:
        print("Cannot bind, trying again...", e.strerror)
        time.sleep(0.2)
print(f"Server owns {HOST}:{PORT}.")
input("Press Enter to stop. ")
