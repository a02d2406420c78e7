import socket

HOST = "127.0.0.1"
PORT = 5555

s = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
try:
    s.bind((HOST, PORT))
    print(f"Server owns {HOST}:{PORT}.")
    input("Press Enter to stop. ")
except OSError as error:
    print(f"Cannot use {HOST}:{PORT} ({error.strerror}).")
finally:
    s.close()
