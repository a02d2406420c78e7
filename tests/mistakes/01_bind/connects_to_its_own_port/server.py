import socket

ip = "127.0.0.1"
port = 5555

server = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
try:
    server.connect((ip, port))
    print("Server owns 127.0.0.1:5555.")
    input("Press Enter to stop. ")
except Exception as e:
    print("error", e)
