import os
import socket
import sys


def listen():
    s = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    if os.name == "posix":
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        s.bind(("127.0.0.1", 5555))
    except OSError:
        sys.exit("Somebody has port 5555 already.")
    s.listen()
    print("Server is listening on port 5555...")
    return s


def lines(stream):
    while True:
        line = stream.readline(65537)
        if len(line) > 65536:
            raise OverflowError("longer than 65536 bytes")
        if line[-1:] != b"\n":
            return
        yield line.rstrip(b"\n").decode(errors="backslashreplace")


def serve(stream):
    for line in lines(stream):
        print(f"Client: {line}")
        if line == "exit":
            print("[INFO] Client requested disconnection.")
            stream.write(b"Goodbye!\n")
            stream.flush()
            stream.read()
            return "over"
        stream.write(b"Message received\n")
        stream.flush()
    return "next"


s = listen()
state = "next"
while state == "next":
    c, a = s.accept()
    print("[INFO] Connected with %s:%s" % a)
    stream = c.makefile("rwb")
    try:
        state = serve(stream)
    except OverflowError as e:
        print("[INFO] Line refused:", e)
        stream.write(b"Line refused\n")
    except ConnectionError:
        pass
    try:
        stream.close()
    except ConnectionError:
        pass
    c.close()
    if state == "next":
        print("[INFO] Client disconnected.")
s.close()
print("[INFO] Server shutting down.")
