import socket
import sys

addr = ("127.0.0.1", 5555)

with socket.socket() as s:
    try:
        s.listen(5)
        s.bind(addr)
        print("Server is listening on port 5555...")
    except OSError as e:
        sys.exit(f"Cannot bind: {e}")
    try:
        input("Press Enter to stop. ")
    except (KeyboardInterrupt, EOFError):
        print("")
print("[INFO] Server shutting down.")
