import socket
import sys

with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listener:
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", 5555))
    except OSError as error:
        sys.exit(f"Cannot bind ({error.strerror})")
    listener.listen()
    print("Server is listening on port 5555...")
    connection, host, port = listener.accept()
    print(f"[INFO] Connected with {host}:{port}")
    connection.close()
