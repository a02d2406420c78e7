import socket
import sys

with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listener:
    try:
        listener.bind(("127.0.0.1", 77777))
    except OSError as error:
        sys.exit(f"Cannot bind ({error.strerror})")
    print("Server owns 127.0.0.1:77777.")
    input("Press Enter to stop. ")
