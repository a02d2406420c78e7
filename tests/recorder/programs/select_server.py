import select
import socket
import sys

server = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
server.bind(("127.0.0.1", 6000))
server.listen(5)
inputs = [server, sys.stdin]
running = True
while running:
    readable, _, _ = select.select(inputs, [], [])
    for ready in readable:
        if ready is server:
            connection, address = server.accept()
            print("new client", address)
            inputs.append(connection)
        elif ready is sys.stdin:
            line = sys.stdin.readline()
            print("server typed", line.strip())
            running = False
        else:
            data = ready.recv(1024)
            if data:
                ready.sendall(data)
            else:
                inputs.remove(ready)
                ready.close()
server.close()
