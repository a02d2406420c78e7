import socketserver


class EchoHandler(socketserver.BaseRequestHandler):
    def handle(self):
        self.data = self.request.recv(1024).strip()
        print(f"{self.client_address} wrote: {self.data}")
        self.request.sendall(self.data.upper())


if __name__ == "__main__":
    with socketserver.TCPServer(("localhost", 9999), EchoHandler) as server:
        server.serve_forever()
