import socket

s = socket.socket()
s.bind(("127.0.0.1", 5555))
s.listen(5)
print("waiting...")


def handle(sock):
    while True:
        try:
            msg = sock.recv(1024)
        except OSError:
            print("client gone")
            return
        if msg == b"":
            return
        print("Client:", msg.decode(errors="replace"))
        sock.sendall(msg)


while True:
    conn, addr = s.accept()
    print("new client", addr)
    handle(s)
    conn.close()
