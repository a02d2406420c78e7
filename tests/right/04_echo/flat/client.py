import socket
import sys

s = socket.socket()
try:
    s.connect(("127.0.0.1", 5555))
except ConnectionRefusedError:
    sys.exit("start the server")

while True:
    print("say something: ", end="", flush=True)
    text = sys.stdin.readline()
    if text == "":
        break
    text = text.rstrip("\n")
    if text == "":
        print("that was nothing")
        continue
    data = text.encode()
    try:
        while data:
            data = data[s.send(data) :]
        reply = s.recv(1024).decode(errors="replace")
        if not reply:
            raise ConnectionResetError
    except ConnectionError:
        print("lost the server, sorry")
        sys.exit(1)
    print("answer: " + "".join(x if x.isprintable() else "." for x in reply))
s.close()
