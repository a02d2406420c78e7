import socket

server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
server.bind(("127.0.0.1", 3737))
while True:
    message, address = server.recvfrom(1024)
    print("asked by", address)
    server.sendto(b"it is noon", address)
