"""A server of somebody else, which has port 5555 and goes on."""

import socket

with socket.create_server(("127.0.0.1", 5555)) as listener:
    while True:
        listener.accept()[0].close()
