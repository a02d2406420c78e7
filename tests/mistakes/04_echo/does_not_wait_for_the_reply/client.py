import socket

HOST = "127.0.0.1"
PORT = 5555

with socket.socket() as client:
    client.connect((HOST, PORT))
    try:
        while True:
            text = input("Enter message: ")
            if text == "":
                continue
            client.sendall(text.encode())
            print("Server:", text)
    except (EOFError, KeyboardInterrupt):
        print()
print("Connection closed.")
