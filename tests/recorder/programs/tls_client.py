import socket
import ssl
import sys

context = ssl.create_default_context(cafile=sys.argv[1])
if len(sys.argv) > 2:
    context.maximum_version = ssl.TLSVersion[sys.argv[2]]
with (
    socket.create_connection(("127.0.0.1", 5555)) as bare,
    context.wrap_socket(bare, server_hostname="localhost") as client,
):
    client.sendall(b"secret")
    print(client.recv(3), client.recv(100))
    client.sendall(b"and more")
    print(client.recv(100))
