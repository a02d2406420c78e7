import socket

HOST = "127.0.0.1"
PORT = 5555

listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
listener.bind((HOST, PORT))
socket.listen()
print(f"Server is listening on port {PORT}...")
try:
    input("Press Enter to stop. ")
except (KeyboardInterrupt, EOFError):
    print()
listener.close()
