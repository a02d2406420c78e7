"""A client that rings and hangs up without a word."""

import socket

socket.create_connection(("127.0.0.1", 5555), timeout=5).close()
