import socket
import ssl
import sys

context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(sys.argv[1])
listener = socket.create_server(("127.0.0.1", 5555))
with context.wrap_socket(listener, server_side=True) as safe:
    connection, address = safe.accept()
    while data := connection.recv(100):
        connection.sendall(data.upper())
    connection.close()
