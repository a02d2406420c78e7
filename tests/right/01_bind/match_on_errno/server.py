import errno
import socket
import sys

HOST = "127.0.0.1"
PORT = 5555


def claim_port(listener):
    try:
        listener.bind((HOST, PORT))
    except OSError as error:
        match error.errno:
            case errno.EADDRINUSE:
                advice = "is another server still running?"
            case errno.EACCES:
                advice = "are you allowed to use this port?"
            case _:
                advice = "sorry."
        print(f"{HOST}, port {PORT}: {error.strerror} - {advice}", file=sys.stderr)
        raise SystemExit(1)


def main():
    listener = socket.socket()
    try:
        claim_port(listener)
        print(f"Server owns {HOST}:{PORT}.")
        print("Press Enter to stop. ", end="", flush=True)
        sys.stdin.readline()
    finally:
        listener.close()


if __name__ == "__main__":
    main()
