import socketserver
import threading


class Handler(socketserver.StreamRequestHandler):
    def handle(self):
        name = threading.current_thread().name
        for line in self.rfile:
            self.wfile.write(f"{name}: {line.decode().strip()}\n".encode())


class Server(socketserver.ThreadingMixIn, socketserver.TCPServer):
    allow_reuse_address = True
    daemon_threads = True


with Server(("127.0.0.1", 9999), Handler) as server:
    server.serve_forever()
