import socket

HOST = "127.0.0.1"
PORT = 5555


def main():
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.bind((HOST, PORT))
    print(f"Server owns {HOST}:{PORT}.")
    input("Press Enter to stop. ")
    listener.close()


main()
