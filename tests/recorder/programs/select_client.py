import select
import socket
import sys

client = socket.create_connection(("127.0.0.1", 6000))
while True:
    ready, _, _ = select.select([sys.stdin, client], [], [])
    if client in ready:
        data = client.recv(1024)
        if not data:
            break
        print("echo:", data.decode())
    if sys.stdin in ready:
        line = sys.stdin.readline()
        if not line:
            break
        client.sendall(line.strip().encode())
client.close()
