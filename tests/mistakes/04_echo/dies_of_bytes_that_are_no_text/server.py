import socket

s = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(("127.0.0.1", 5555))
s.listen()
print("Server is listening on port 5555...")
while True:
    conn, addr = s.accept()
    with conn:
        print("[INFO] Connected with", addr)
        try:
            while True:
                data = conn.recv(1024)
                if not data:
                    break
                text = data.decode()
                print("Client:", text)
                conn.sendall(text.encode())
        except (ConnectionResetError, BrokenPipeError):
            print("reset")
    print("[INFO] Client disconnected.")
