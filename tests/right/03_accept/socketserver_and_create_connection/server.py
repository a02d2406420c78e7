import socketserver
import sys


class OneCall(socketserver.BaseRequestHandler):
    def handle(self):
        print("call from", self.client_address)


class Server(socketserver.TCPServer):
    allow_reuse_address = True


try:
    server = Server(("127.0.0.1", 5555), OneCall)
except OSError as error:
    print("Port 5555:", error, file=sys.stderr)
    sys.exit(1)
with server:
    try:
        server.handle_request()
    except KeyboardInterrupt:
        print()
