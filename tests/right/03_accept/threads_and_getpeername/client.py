import socket

HOST, PORT = "127.0.0.1", 5555


def main():
    s = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        s.connect((HOST, PORT))
        input("connected to %s %d, press enter" % (HOST, PORT))
    except ConnectionRefusedError:
        print("nobody listens at", PORT, "so start the server first")
        return 1
    except (EOFError, KeyboardInterrupt):
        print()
    finally:
        s.close()
        print("over")
    return 0


raise SystemExit(main())
