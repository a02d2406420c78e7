import socket
import sys


class Gone(Exception):
    pass


class Client:
    def __init__(self):
        self.sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)

    def exchange(self, text):
        try:
            self.sock.sendall(bytes(text, "utf8"))
            data = self.sock.recv(1024)
        except ConnectionError as error:
            raise Gone(f" ({error})") from error
        if not data:
            raise Gone
        return data.decode("utf8", "replace")

    def run(self):
        self.sock.connect(("127.0.0.1", 5555))
        try:
            while True:
                text = input("you: ").strip()
                if text:
                    print("echo:", repr(self.exchange(text))[1:-1])
        except EOFError:
            print()
        finally:
            self.sock.close()


try:
    Client().run()
except Gone as gone:
    print(f"The line went dead{gone}.", file=sys.stderr)
