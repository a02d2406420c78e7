import socket
import threading


def spin():
    while True:
        pass


listener = socket.socket()
listener.bind(("127.0.0.1", 5555))
listener.listen()
print("Server is listening on port 5555...")
threading.Thread(target=spin).start()
input("Press Enter to stop. ")
print("Goodbye")
