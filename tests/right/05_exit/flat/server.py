import socket

s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(("127.0.0.1", 5555))
s.listen(1)
print("Server is listening on port 5555...")
on = True
while on:
    c, a = s.accept()
    print("[INFO] Connected with", ":".join(map(str, a)))
    try:
        while True:
            b = c.recv(2048)
            if b == b"":
                print("[INFO] Client disconnected.")
                break
            print("Client:", b.decode(errors="ignore"))
            if b == b"exit":
                on = False
                print("[INFO] Client requested disconnection.")
                c.send(b"Goodbye!")
                c.settimeout(1)
                c.recv(1)
                break
            c.send(b"Message received")
    except OSError:
        if on:
            print("[INFO] Client disconnected.")
    c.close()
s.close()
print("[INFO] Server shutting down.")
