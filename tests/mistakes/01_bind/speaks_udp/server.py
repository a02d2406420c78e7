import socket

HOST = "127.0.0.1"
PORT = 5555

sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
sock.bind((HOST, PORT))
print(f"Server owns {HOST}:{PORT}.")
input("Press Enter to stop. ")
sock.close()
