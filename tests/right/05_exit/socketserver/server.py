import socketserver
import threading


class Chat(socketserver.BaseRequestHandler):
    def handle(self):
        print(f"[INFO] Connected with {self.client_address[0]}:{self.client_address[1]}")
        try:
            while data := self.request.recv(1024):
                text = data.decode(errors="replace")
                print("Client:", text)
                if text == "exit":
                    print("[INFO] Client requested disconnection.")
                    threading.Thread(target=self.server.shutdown).start()
                    self.request.sendall(b"Goodbye!")
                    self.request.settimeout(1.0)
                    self.request.recv(1024)
                    return
                self.request.sendall(b"Message received")
        except OSError:
            pass
        print("[INFO] Client disconnected.")


class Server(socketserver.TCPServer):
    allow_reuse_address = True


with Server(("127.0.0.1", 5555), Chat) as server:
    print("Server is listening on port 5555...")
    server.serve_forever(poll_interval=0.05)
print("[INFO] Server shutting down.")
