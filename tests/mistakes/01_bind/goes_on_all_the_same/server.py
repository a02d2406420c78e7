import socket

HOST = "127.0.0.1"
PORT = 5555


def claim_port(sock):
    try:
        sock.bind((HOST, PORT))
    except OSError as error:
        print(f"Cannot use {HOST}:{PORT} ({error.strerror})")


def main():
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as sock:
        claim_port(sock)
        print(f"Server owns {HOST}:{PORT}.")
        input("Press Enter to stop. ")


if __name__ == "__main__":
    main()
