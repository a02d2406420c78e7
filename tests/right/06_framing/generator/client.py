import socket
import sys

END = b"\n"


class Mailbox:
    def __init__(self, end):
        self.end, self.held = end, b""

    def put(self, text):
        data = memoryview(text.encode() + END)
        while data:
            data = data[self.end.send(data) :]

    def get(self):
        while END not in self.held:
            if len(self.held) > 65536:
                sys.exit("The server talks too long.")
            more = self.end.recv(100)
            if more == b"":
                sys.exit("The server has left in the middle of it all.")
            self.held += more
        line, self.held = self.held.split(END, 1)
        return str(line, "utf-8", "replace")


with socket.socket() as end:
    if end.connect_ex(("127.0.0.1", 5555)):
        sys.exit("Start the server, then come again.")
    box = Mailbox(end)
    try:
        said = None
        while said != "exit":
            said = input("Enter message (type 'exit' to disconnect): ")
            if len(said.encode()) > 65536:
                print("Shorter, please.")
            elif said:
                box.put(said)
                print("Server:", box.get())
    except (EOFError, KeyboardInterrupt):
        print()
    except ConnectionError as problem:
        sys.exit(f"The server has left: {problem}")
print("Connection closed.")
