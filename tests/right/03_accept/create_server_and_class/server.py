import socket


class Server:
    def __init__(self):
        try:
            self.door = socket.create_server(("", 5555))
        except OSError as error:
            raise SystemExit(f"No: {error}")
        print("Warte auf Port 5555")

    def run(self):
        guest, who = self.door.accept()
        self.door.close()
        print("Anruf von {}:{}".format(*who))
        guest.shutdown(socket.SHUT_RDWR)
        guest.close()


try:
    Server().run()
except KeyboardInterrupt:
    print("\nNobody came")
