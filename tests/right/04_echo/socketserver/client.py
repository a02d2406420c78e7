import socket
import sys


def lines():
    while True:
        try:
            line = input("> ")
        except EOFError:
            return
        if line:
            yield line


try:
    call = socket.create_connection(("127.0.0.1", 5555))
except OSError as problem:
    print("No server:", problem)
    sys.exit(1)

with call:
    for line in lines():
        try:
            call.sendall(line.encode())
            back = call.recv(2048)
        except OSError as problem:
            print("Problem:", problem)
            back = b""
        if back == b"":
            print("Der Server ist weg.")
            break
        text = str(back, "utf-8", "replace")
        print("<", "".join(each if each.isprintable() else "?" for each in text))
