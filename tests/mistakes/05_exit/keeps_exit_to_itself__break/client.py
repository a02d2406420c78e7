import socket

PROMPT = "Enter message (type 'exit' to disconnect): "


def chat(sock):
    while True:
        text = input(PROMPT)
        if text.lower() == "exit":
            print("Server: Goodbye!")
            break
        if text:
            sock.sendall(text.encode())
            print("Server:", sock.recv(1024).decode())


with socket.create_connection(("127.0.0.1", 5555)) as sock:
    try:
        chat(sock)
    except (EOFError, KeyboardInterrupt):
        print()
print("Connection closed.")
