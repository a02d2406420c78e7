import socket
import sys

HOST = "127.0.0.1"
PORT = 5555


def main():
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as client:
        try:
            client.connect((HOST, PORT))
        except ConnectionRefusedError:
            sys.exit("Nobody is listening, start the server first.")
        try:
            while True:
                message = input("Enter message: ")
                client.sendall(message.encode())
                reply = client.recv(1024)
                if not reply:
                    print("The server has gone.")
                    break
                print("Server:", reply.decode(errors="replace"))
        except (KeyboardInterrupt, EOFError):
            print()
        except ConnectionError:
            sys.exit("The server has gone.")
    print("Connection closed.")


main()
