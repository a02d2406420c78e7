"""Own a port."""

from socket import create_server


def main() -> int:
    try:
        server = create_server(("127.0.0.1", 5555))
    except OSError as error:
        print(f"The port is taken: {error}")
        return 1
    with server:
        input("Der Server hat 127.0.0.1:5555. Enter beendet ihn. ")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
