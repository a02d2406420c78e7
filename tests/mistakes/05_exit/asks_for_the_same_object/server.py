import socket

PORT = 5555

listener = socket.socket()
listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
listener.bind(("127.0.0.1", PORT))
listener.listen()
print(f"Server is listening on port {PORT}...")
stop = False
while not stop:
    c, a = listener.accept()
    print(f"[INFO] Connected with {a[0]}:{a[1]}")
    with c:
        try:
            while True:
                text = c.recv(1024).decode(errors="replace")
                if not text:
                    print("[INFO] Client disconnected.")
                    break
                print("Client:", text)
                if text is "exit":
                    print("[INFO] Client requested disconnection.")
                    c.sendall(b"Goodbye!")
                    c.recv(1024)
                    stop = True
                    break
                c.sendall(b"Message received")
        except ConnectionError:
            print("[INFO] Client disconnected.")
print("[INFO] Server shutting down.")
