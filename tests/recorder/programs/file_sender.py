import os
import socket
import struct

SERVER = ("127.0.0.1", 5001)
listener = socket.create_server(SERVER)
connection, address = listener.accept()
with connection, open(__file__, "rb") as file:
    size = os.path.getsize(__file__)
    connection.sendall(struct.pack("!Q", size))
    sent = connection.sendfile(file)
    print("sent", sent == size)
listener.close()
