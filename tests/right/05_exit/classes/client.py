import socket


class ChatClient:
    PROMPT = "Enter message (type 'exit' to disconnect): "

    def __enter__(self):
        self.sock = socket.create_connection(("127.0.0.1", 5555))
        return self

    def __exit__(self, *_):
        self.sock.shutdown(socket.SHUT_WR)
        self.sock.close()
        print("Connection closed.")

    def say(self, text):
        self.sock.sendall(text.encode())
        return self.sock.recv(1024).decode()

    def run(self):
        answer = None
        while answer != "Goodbye!":
            if text := input(self.PROMPT):
                answer = self.say(text)
                print("Server:", answer)


with ChatClient() as client:
    client.run()
