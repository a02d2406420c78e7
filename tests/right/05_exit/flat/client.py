import socket
import sys

s = socket.socket()
s.connect(("127.0.0.1", 5555))
while True:
    sys.stdout.write("Enter message (type 'exit' to disconnect): ")
    sys.stdout.flush()
    text = sys.stdin.readline().rstrip("\n")
    if not text:
        continue
    data = text.encode()
    while data:
        data = data[s.send(data) :]
    print("Server: " + str(s.recv(100), "utf-8"))
    if text == "exit":
        break
s.close()
print("Connection closed.")
