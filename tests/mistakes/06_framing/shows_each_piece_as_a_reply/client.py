import socket
import sys

sock = socket.socket()
try:
    sock.connect(("127.0.0.1", 5555))
except ConnectionRefusedError:
    sys.exit("Nobody listens: start the server first.")

line = ""
try:
    while line != "exit":
        line = input("Enter message (type 'exit' to disconnect): ")
        if line == "":
            continue
        sock.sendall((line + "\n").encode())
        answer = sock.recv(4096)
        if answer == b"":
            sys.exit("The server is gone.")
        print("Server:", answer.decode(errors="replace").strip())
except (EOFError, KeyboardInterrupt):
    print()
except ConnectionError:
    sys.exit("The server is gone.")

sock.close()
print("Connection closed.")
