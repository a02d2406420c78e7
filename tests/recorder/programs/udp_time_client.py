import socket

client = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
client.settimeout(2)
client.sendto(b"time?", ("127.0.0.1", 3737))
answer, server = client.recvfrom(1024)
print(answer.decode(), "says", server)
client.close()
