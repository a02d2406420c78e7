import socket
import sys

sock = socket.socket()
try:
    sock.connect(("127.0.0.1", 5555))
except ConnectionRefusedError:
    sys.exit("Nobody listens: start the server first.")


class Lines:
    def __init__(self, sock):
        self.sock = sock
        self.store = b""

    def next(self):
        while b"\n" not in self.store:
            if len(self.store) > 65536:
                print("[INFO] Line too long, I hang up.")
                return None
            more = self.sock.recv(2048)
            if not more:
                return None
            self.store += more
        line, self.store = self.store.split(b"\n", 1)
        return line.decode("utf-8", "replace")


lines = Lines(sock)
msg = ""
try:
    while msg != "exit":
        msg = input("Enter message (type 'exit' to disconnect): ").strip()
        if msg:
            sock.sendall(msg.encode())
            reply = lines.next()
            if reply is None:
                sys.exit("The server has hung up.")
            print("Server:", reply)
except (EOFError, KeyboardInterrupt):
    print()
except ConnectionError:
    sys.exit("The server has gone.")

sock.close()
print("Connection closed.")
