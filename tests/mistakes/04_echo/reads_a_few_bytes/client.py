import socket
import sys

with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as c:
    c.connect(("127.0.0.1", 5555))
    while True:
        try:
            m = input("Enter message: ")
        except EOFError:
            print()
            break
        if not m:
            continue
        c.sendall(m.encode())
        r = c.recv(10)
        if not r:
            sys.exit("server gone")
        print("Server:", r.decode(errors="replace"))
print("Connection closed.")
