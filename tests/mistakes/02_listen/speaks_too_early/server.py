import socket
import sys

IP = "127.0.0.1"
PORT = 5555

s = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
try:
    s.bind((IP, PORT))
except OSError as e:
    sys.exit("cannot bind: " + str(e))
print("Server is listening on port 5555...")
s.listen(5)
try:
    input("Press Enter to stop. ")
except KeyboardInterrupt:
    print()
except EOFError:
    print()
s.close()
print("[INFO] Server shutting down.")
