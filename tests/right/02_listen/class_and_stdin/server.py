import socket
import sys


class Listener:
    port = 5555

    def __enter__(self):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        try:
            self.socket.bind(("127.0.0.1", self.port))
        except OSError as error:
            sys.exit(f"Port {self.port}: {error.strerror}.")
        self.socket.listen()
        return self

    def __exit__(self, *exc):
        self.socket.close()
        print("Server stopped.")
        return exc[0] is KeyboardInterrupt


with Listener() as listener:
    print("Servidor escuchando en el puerto", listener.port)
    sys.stdin.readline()
