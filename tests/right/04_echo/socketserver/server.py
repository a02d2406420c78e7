import socketserver


class Echo(socketserver.BaseRequestHandler):
    def handle(self):
        print("new caller", self.client_address)
        try:
            while chunk := self.request.recv(4096):
                print(">", chunk.decode("utf-8", errors="replace"))
                self.request.sendall(chunk)
        except OSError as problem:
            print("lost", problem)

    def finish(self):
        print("caller left")


socketserver.TCPServer.allow_reuse_address = True
with socketserver.TCPServer(("127.0.0.1", 5555), Echo) as server:
    print("Echo on 5555, Ctrl-C to stop")
    server.serve_forever()
