"""A client that says "exit" and breaks off before the goodbye."""

import socket
import struct

with socket.create_connection(("127.0.0.1", 5555)) as client:
    # With a linger time of zero, close() sends RST and not FIN: socket(7).
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    client.sendall(b"exit")
