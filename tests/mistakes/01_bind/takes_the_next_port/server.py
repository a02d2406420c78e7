import socket

HOST = "127.0.0.1"
PORT = 5555


def find_port(listener, port):
    while True:
        try:
            listener.bind((HOST, port))
            return port
        except OSError:
            print(f"Port {port} is taken, trying the next one")
            port += 1


with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listener:
    port = find_port(listener, PORT)
    print(f"Server owns {HOST}:{port}.")
    input("Press Enter to stop. ")
