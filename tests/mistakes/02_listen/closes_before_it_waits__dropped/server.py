import socket


def start_server(ip, port):
    server_socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    server_socket.bind((ip, port))
    server_socket.listen(1)
    print("Server is listening on port", port, "...")


start_server("127.0.0.1", 5555)
try:
    input("Press Enter to stop. ")
except (EOFError, KeyboardInterrupt):
    pass
print("Server shutting down.")
