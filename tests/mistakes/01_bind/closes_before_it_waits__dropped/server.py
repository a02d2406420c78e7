import socket

HOST = "127.0.0.1"
PORT = 5555


def open_socket():
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        sock.bind((HOST, PORT))
    except OSError as e:
        print("Cannot bind:", e)
        exit(1)
    print("Server owns 127.0.0.1:5555.")


open_socket()
input("Press Enter to stop. ")
print("bye")
