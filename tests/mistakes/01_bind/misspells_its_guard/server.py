import socket

HOST = "127.0.0.1"
PORT = 5555


def main():
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listener:
        listener.bind((HOST, PORT))
        print(f"Server owns {HOST}:{PORT}.")
        input("Press Enter to stop. ")


if __name__ == "main":
    main()
