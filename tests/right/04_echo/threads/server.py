import socket
import threading


class EchoServer:
    def __init__(self, host, port):
        self.listener = socket.create_server((host, port))

    def run(self):
        print("listening at", self.listener.getsockname())
        while True:
            connection, address = self.listener.accept()
            threading.Thread(
                target=self.serve, args=(connection, address), daemon=True
            ).start()

    def serve(self, connection, address):
        print("serving", *address)
        try:
            with connection:
                self.echo(connection, address)
        except ConnectionError as error:
            print(f"{address[1]} is lost: {error}")
        else:
            print(f"{address[1]} left")

    def echo(self, connection, address):
        while data := connection.recv(1024):
            text = data.decode(errors="backslashreplace")
            print(f"{address[1]}: {text!r}")
            connection.sendall(data)


if __name__ == "__main__":
    EchoServer("127.0.0.1", 5555).run()
