import socket

s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(("127.0.0.1", 5555))
s.listen()
print("Server is listening on port 5555...")
while True:
    c, a = s.accept()
    print("[INFO] Connected with", a)
    with c:
        try:
            d = c.recv(1024)
            while d:
                print("Client:", d)
                c.sendall(d)
                d = c.recv(1024)
        except ConnectionError:
            print("client broke off")
    print("[INFO] Client disconnected.")
