import socket
import sys

HOST = "127.0.0.1"
PORT = 5555

with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listener:
    try:
        listener.bind((HOST, PORT))
    except OSError as error:
        sys.exit(f"Cannot bind {HOST}:{PORT}: {error.strerror}")
    listener.listen(1)
    print(f"Server is listening on port {PORT}...")
    try:
        while input("Press Enter to stop. "):
            print("Only Enter, please.")
    except (KeyboardInterrupt, EOFError):
        print()
    print("[INFO] Server shutting down.")
