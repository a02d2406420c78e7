import socket
import struct


def receive_exactly(sock, count):
    parts = []
    while count:
        part = sock.recv(min(count, 4096))
        if not part:
            raise EOFError("the sender closed early")
        parts.append(part)
        count -= len(part)
    return b"".join(parts)


with socket.create_connection(("127.0.0.1", 5001)) as client:
    (size,) = struct.unpack("!Q", receive_exactly(client, 8))
    body = receive_exactly(client, size)
print("received all", len(body) == size)
