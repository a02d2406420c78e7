import socket

with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as client:
    client.connect(("127.0.0.1", 5555))
    try:
        while True:
            message = input("Enter message: ")
            if not message:
                print("(nothing to send)")
                continue
            client.sendall(message.encode())
            reply = client.recv(1024)
            if not reply:
                print("The server has closed the connection.")
                break
            print("Server:", reply.decode(errors="replace"))
    except (KeyboardInterrupt, EOFError):
        print()
print("Connection closed.")
