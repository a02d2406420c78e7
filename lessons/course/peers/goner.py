"""A server that goes away: one client meets end of file, the next a reset."""

import socket

with socket.create_server(("127.0.0.1", 5555)) as listener:
    connection, _ = listener.accept()
    connection.recv(1024)
    connection.close()
    connection, _ = listener.accept()
    connection.recv(1)  # what it leaves unread makes its close() a reset
    connection.close()
