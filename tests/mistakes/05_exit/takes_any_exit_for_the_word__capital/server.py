import socket

s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(("127.0.0.1", 5555))
s.listen()
print("Server is listening on port 5555...")
over = False
while not over:
    sock, who = s.accept()
    print("[INFO] Connected with %s:%d" % who)
    while True:
        try:
            data = sock.recv(1024)
        except OSError:
            data = b""
        if not data:
            print("[INFO] Client disconnected.")
            break
        print("Client: " + data.decode(errors="replace"))
        if data == b"Exit":
            print("[INFO] Client requested disconnection.")
            sock.sendall(b"Goodbye!")
            sock.recv(1024)
            over = True
            break
        sock.sendall(b"Message received")
    sock.close()
s.close()
print("[INFO] Server shutting down.")
