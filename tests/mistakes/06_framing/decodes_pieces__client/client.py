import socket
import sys

sock = socket.socket()
try:
    sock.connect(("127.0.0.1", 5555))
except ConnectionRefusedError:
    sys.exit("Nobody listens: start the server first.")


def read_reply():
    global inbox
    while "\n" not in inbox:
        data = sock.recv(1024)
        if not data:
            raise ConnectionError("end of file")
        inbox += data.decode("utf-8")
    reply, _, inbox = inbox.partition("\n")
    return reply


inbox = ""
try:
    while True:
        text = input("Enter message (type 'exit' to disconnect): ")
        if not text:
            continue
        sock.sendall(text.encode() + b"\n")
        print("Server:", read_reply())
        if text == "exit":
            break
except (EOFError, KeyboardInterrupt):
    print()
except ConnectionError as e:
    sys.exit(f"The server is gone: {e}")

sock.close()
print("Connection closed.")
