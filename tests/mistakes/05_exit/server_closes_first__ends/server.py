import socket
import sys

server = socket.create_server(("127.0.0.1", 5555))
print("Server is listening on port 5555...")
while True:
    client, (host, port) = server.accept()
    print(f"[INFO] Connected with {host}:{port}")
    while True:
        try:
            text = client.recv(1024).decode(errors="replace")
        except ConnectionError:
            text = ""
        if not text:
            break
        print(f"Client: {text}")
        if text == "exit":
            print("[INFO] Client requested disconnection.")
            try:
                client.sendall(b"Goodbye!")
            except ConnectionError:
                pass
            print("[INFO] Server shutting down.")
            sys.exit()
        client.sendall(b"Message received")
    client.close()
    print("[INFO] Client disconnected.")
