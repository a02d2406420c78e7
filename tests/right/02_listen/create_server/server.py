import socket
import sys

ADDRESS = ("127.0.0.1", 5555)


def open_door():
    try:
        return socket.create_server(ADDRESS, backlog=3)
    except OSError as error:
        sys.exit(f"The port is not free: {error}")


def wait_for_enter():
    try:
        input("Callers may queue at {}:{} until you press Enter. ".format(*ADDRESS))
    except KeyboardInterrupt:
        print("^C")
    except EOFError:
        print("^D")


door = open_door()
wait_for_enter()
door.close()
print("Tschüss.")
