import socket
import sys

HOST = "127.0.0.1"
PORT = 5555

def claim_port(s):
    try:
        s.bind((HOST, PORT))
        s.listen()   # clients can queue now
    except OSError as e:
        sys.exit(f"Cannot use {HOST}:{PORT} ({e.strerror}): is another server still running?")

def wait_for_enter():
    try:
        input("Press Enter to stop. ")
    except EOFError:
        print()

def main():
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as s:
        claim_port(s)
        print(f"Server is listening on port {PORT}...")
        wait_for_enter()
    print("[INFO] Server shutting down.")

if __name__ == "__main__":
    main()
