import socketserver

SPELLED = {number: f"<{number}>" for number in (*range(32), *range(127, 160))}


class Echo(socketserver.BaseRequestHandler):
    def handle(self):
        print("new client", self.client_address)
        try:
            while chunk := self.request.recv(4096):
                print(">", chunk.decode("utf-8", "replace").translate(SPELLED))
                self.request.sendall(chunk)
        except OSError as problem:
            print("lost", problem)

    def finish(self):
        print("client left")


socketserver.TCPServer.allow_reuse_address = True
with socketserver.TCPServer(("127.0.0.1", 5555), Echo) as server:
    print("Echo on 5555, Ctrl-C to stop")
    server.serve_forever()
