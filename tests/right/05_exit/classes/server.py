import socket
from contextlib import closing, suppress


class ExitRequested(Exception):
    pass


class ChatServer:
    def __init__(self, host="127.0.0.1", port=5555):
        self.listener = socket.create_server((host, port))
        print(f"Server is listening on port {port}...")

    def run(self):
        with closing(self.listener):
            try:
                while True:
                    self.serve(*self.listener.accept())
            except ExitRequested:
                pass
        print("[INFO] Server shutting down.")

    def serve(self, connection, address):
        print("[INFO] Connected with {}:{}".format(*address))
        with closing(connection):
            with suppress(ConnectionError):
                for message in self.messages(connection):
                    match message:
                        case "exit":
                            print("[INFO] Client requested disconnection.")
                            self.part(connection)
                            raise ExitRequested
                        case _:
                            connection.sendall("Message received".encode())
        print("[INFO] Client disconnected.")

    def messages(self, connection):
        while data := connection.recv(1024):
            text = data.decode(errors="replace")
            print(f"Client: {text}")
            yield text

    def part(self, connection):
        with suppress(ConnectionError, TimeoutError):
            connection.settimeout(0.5)
            connection.sendall("Goodbye!".encode())
            while connection.recv(1024) != b"":
                continue


if __name__ == "__main__":
    ChatServer().run()
