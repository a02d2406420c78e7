import socket

serversocket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
try:
    serversocket.bind(("localhost", 5555))
    serversocket.listen(5)
    print("waiting for connections at", *serversocket.getsockname())
    input("press return to quit")
except OSError as e:
    print("something is wrong with port 5555:", e)
    raise SystemExit(1)
except (EOFError, KeyboardInterrupt):
    pass
finally:
    serversocket.close()
    print("\nbye")
