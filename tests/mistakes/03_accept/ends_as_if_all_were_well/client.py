import socket


def main():
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        sock.connect(("127.0.0.1", 5555))
    except ConnectionRefusedError:
        print("Cannot connect to 127.0.0.1:5555: is the server running?")
        return
    try:
        input("Connected to 127.0.0.1:5555. Press Enter to hang up. ")
    except (KeyboardInterrupt, EOFError):
        print()
    sock.close()
    print("Connection closed.")


main()
