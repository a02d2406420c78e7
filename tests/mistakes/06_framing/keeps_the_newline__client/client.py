import socket
import sys

sock = socket.socket()
try:
    sock.connect(("127.0.0.1", 5555))
except ConnectionRefusedError:
    sys.exit("Nobody listens: start the server first.")

incoming = sock.makefile("r", encoding="utf-8", newline="\n")
text = ""
try:
    while text != "exit":
        text = input("Enter message (type 'exit' to disconnect): ")
        if not text:
            continue
        sock.sendall(f"{text}\n".encode("utf-8"))
        answer = incoming.readline()
        if not answer.endswith("\n"):
            sys.exit("The server has gone away.")
        print("Server:", answer)
except (EOFError, KeyboardInterrupt):
    print()
except ConnectionError:
    sys.exit("The server has gone away.")
incoming.close()

sock.close()
print("Connection closed.")
