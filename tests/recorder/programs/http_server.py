import socket

HOST, PORT = "0.0.0.0", 8000
server_socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
server_socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
server_socket.bind((HOST, PORT))
server_socket.listen(1)
print("Listening on port %s ..." % PORT)  # noqa: UP031

while True:
    client_connection, client_address = server_socket.accept()
    request = client_connection.recv(1024).decode()
    method, path, version = request.split("\r\n")[0].split()
    if path == "/":
        response = "HTTP/1.0 200 OK\r\n\r\nHello World"
    else:
        response = "HTTP/1.0 404 NOT FOUND\r\n\r\nFile Not Found"
    client_connection.sendall(response.encode())
    client_connection.close()
