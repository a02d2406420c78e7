import socket

BUFFER = 8

listener = socket.create_server(("127.0.0.1", 5555))
print("Server is listening on port 5555...")
while True:
    conn, addr = listener.accept()
    print("[INFO] Connected with", addr)
    try:
        while True:
            data = conn.recv(BUFFER)
            if not data:
                break
            print("Client:", data.decode(errors="replace"))
            conn.sendall(data)
    except ConnectionError:
        pass
    finally:
        conn.close()
    print("[INFO] Client disconnected.")
