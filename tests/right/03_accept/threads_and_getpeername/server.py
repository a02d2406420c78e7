import os
import socket
import sys
import threading


def greet(connection):
    print("Connected with %s, port %d" % connection.getpeername())
    connection.close()


s = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
if os.name == "posix":
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, True)
try:
    s.bind(("127.0.0.1", 5555))
    s.listen(1)
except OSError:
    print("5555 is busy")
    sys.exit(1)
try:
    conn = s.accept()[0]
    t = threading.Thread(target=greet, args=(conn,))
    t.start()
    t.join()
except KeyboardInterrupt:
    print("interrupted")
s.close()
