import socket
import threading

listener = socket.socket()
listener.bind(("", 7000))
listener.listen(1)
connection, address = listener.accept()


def receive():
    while True:
        data = connection.recv(1024)
        if not data:
            break
        print("client says:", data.decode())


thread = threading.Thread(target=receive, daemon=True)
thread.start()
while True:
    try:
        line = input()
    except EOFError:
        break
    connection.sendall(line.encode())
thread.join()
connection.close()
