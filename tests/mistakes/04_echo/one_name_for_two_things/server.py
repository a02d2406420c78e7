import socket

s = socket.socket()
s.bind(("127.0.0.1", 5555))
s.listen()
print("listening")
while True:
    conn = s.accept()
    print("connected", conn)
    data = conn.recv(1024)
    conn.sendall(data)
