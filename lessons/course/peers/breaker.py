"""A client whose connection is reset: it goes without reading the answer."""

import socket
import struct

with socket.create_connection(("127.0.0.1", 5555), timeout=5) as client:
    client.sendall(b"an answer to this is never read")
    # With a linger time of zero, close() sends RST and not FIN: socket(7).
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
