"""A server that goes away: it closes one connection, and breaks the next off."""

import socket

with socket.create_server(("127.0.0.1", 5555)) as listener:
    connection, _ = listener.accept()
    connection.recv(1024)
    connection.close()
    connection, _ = listener.accept()
    connection.recv(1)  # close() with the rest unread breaks it off
    connection.close()
