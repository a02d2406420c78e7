import socket
import sys


class Client:
    def __init__(self, address):
        self.address = address
        self.socket = socket.socket()

    def ring(self):
        code = self.socket.connect_ex(self.address)
        if code:
            self.socket.close()
            sys.exit(f"{self.address} gives error {code}: is the server running?")

    def stay(self):
        print("This is {}:{}. Enter hangs up.".format(*self.socket.getpeername()))
        try:
            sys.stdin.readline()
        except KeyboardInterrupt:
            print()

    def hang_up(self):
        self.socket.close()
        print("done")


client = Client(("localhost", 5555))
client.ring()
client.stay()
client.hang_up()
