import socket

with socket.socket() as s:
    s.bind(("127.0.0.1", 5555))
    s.listen()
    print("listening")
    conn, addr = s.accept()
    with conn:
        print("Connected by", addr)
        data = conn.recv(1024)
        print("Client:", data.decode())
        conn.sendall(data)
print("done")
