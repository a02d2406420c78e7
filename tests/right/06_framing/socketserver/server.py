import socketserver
import sys
import threading

MOST = 65536


class Chat(socketserver.StreamRequestHandler):
    def handle(self):
        print("[INFO] Connected with %s:%d" % self.client_address)
        try:
            if not self.talk():
                print("[INFO] Client disconnected.")
        except ConnectionError:
            print("[INFO] Client disconnected.")

    def talk(self):
        while True:
            line = self.rfile.readline(MOST + 1)
            if not line.endswith(b"\n"):
                if len(line) > MOST:
                    print("[INFO] A line is too long for me.")
                    self.wfile.write(b"That line is too long for me.\n")
                return False
            text = line[:-1].decode("utf-8", "replace")
            print("Client:", text)
            if text == "exit":
                break
            self.wfile.write(b"Message received\n")
        print("[INFO] Client requested disconnection.")
        self.wfile.write(b"Goodbye!\n")
        self.rfile.read()
        threading.Thread(target=self.server.shutdown).start()
        return True

    def finish(self):
        try:
            super().finish()
        except ConnectionError:
            pass


class Server(socketserver.TCPServer):
    allow_reuse_address = True


try:
    with Server(("127.0.0.1", 5555), Chat) as server:
        print("Server is listening on port 5555...")
        server.serve_forever()
except OSError as error:
    sys.exit("Cannot have port 5555: %s" % error)
print("[INFO] Server shutting down.")
