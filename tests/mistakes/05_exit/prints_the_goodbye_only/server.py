import socket

HOST = "127.0.0.1"
PORT = 5555


def talk(c):
    while True:
        data = c.recv(1024)
        if not data:
            return False
        message = data.decode(errors="replace")
        print("Client:", message)
        if message == "exit":
            print("[INFO] Client requested disconnection.")
            print("Goodbye!")
            return True
        c.sendall(b"Message received")


listener = socket.create_server((HOST, PORT))
print(f"Server is listening on port {PORT}...")
while True:
    c, (host, port) = listener.accept()
    print(f"[INFO] Connected with {host}:{port}")
    try:
        stop = talk(c)
    except ConnectionError:
        stop = False
    c.close()
    if stop:
        break
    print("[INFO] Client disconnected.")
print("[INFO] Server shutting down.")
