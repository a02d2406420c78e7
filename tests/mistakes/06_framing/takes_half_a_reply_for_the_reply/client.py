import socket
import sys

sock = socket.socket()
try:
    sock.connect(("127.0.0.1", 5555))
except ConnectionRefusedError:
    sys.exit("Nobody listens: start the server first.")

reader = sock.makefile("rb")
text = "?"
try:
    while text != "exit":
        text = input("Enter message (type 'exit' to disconnect): ")
        if len(text) == 0:
            continue
        sock.sendall(bytes(text + "\n", "utf-8"))
        answer = reader.readline()
        if not answer:
            print("The server has gone, sorry.")
            sys.exit(1)
        print("Server:", answer.decode("utf-8", "replace").rstrip("\n"))
except (EOFError, KeyboardInterrupt):
    print()
except ConnectionError:
    sys.exit("The server has gone, sorry.")
reader.close()

sock.close()
print("Connection closed.")
