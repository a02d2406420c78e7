import socket

sock = socket.socket()
sock.bind(("127.0.0.1", 5555))
sock.listen()
print("Server is listening")
while True:
    c, who = sock.accept()
    print("connected:", who)
    everything = b""
    chunk = c.recv(1024)
    while chunk:
        everything = everything + chunk
        chunk = c.recv(1024)
    print("Client:", everything.decode(errors="ignore"))
    c.send(everything)
    c.close()
    print("bye")
