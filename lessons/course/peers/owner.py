"""A server of somebody else, which owns port 5555 already."""

import socket

with socket.create_server(("127.0.0.1", 5555)):
    input("Press Enter to stop. ")
