import socket

HOST = "127.0.0.1"
PORT = 5555

server = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
server.listen()
print("Server is listening on port 5555...")
server.bind((HOST, PORT))

try:
    input("Press Enter to stop. ")
except (KeyboardInterrupt, EOFError):
    print()
server.close()
print("[INFO] Server shutting down.")
