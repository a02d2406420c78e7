import errno
import socket
import sys

PORT = 5555


def try_to_bind(sock):
    try:
        sock.bind(("127.0.0.1", PORT))
    except OSError as e:
        if e.errno != errno.EADDRINUSE:
            raise
        return False
    return True


with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as my_listener:
    print("Trying to bind port", PORT)
    if not try_to_bind(my_listener):
        sys.exit("Port 5555 is already owned by another server, please stop it.")
    print("Server owns port", PORT)
    while True:
        line = input("Press Enter to stop, h for help: ")
        if line == "h":
            print("no help")
        else:
            break
