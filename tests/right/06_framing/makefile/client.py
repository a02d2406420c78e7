import socket
import sys

try:
    server = socket.create_connection(("127.0.0.1", 5555))
except ConnectionRefusedError:
    sys.exit("No server there yet. Start it, please.")
incoming = server.makefile("r", encoding="utf-8", errors="replace", newline="\n")
outgoing = server.makefile("w", encoding="utf-8", newline="\n")
try:
    while True:
        text = input("Enter message (type 'exit' to disconnect): ")
        if len(text.encode()) > 65536:
            print("(not sent: too long)")
            continue
        outgoing.write(text + "\n")
        outgoing.flush()
        reply = incoming.readline(70000)
        if not reply.endswith("\n"):
            raise ConnectionError
        print("Server: " + reply[:-1])
        if text == "exit":
            break
except (KeyboardInterrupt, EOFError):
    print()
except ConnectionError:
    print("The server went away.", file=sys.stderr)
    sys.exit(1)
finally:
    try:
        incoming.close()
        outgoing.close()
    except ConnectionError:
        pass
    server.close()
print("Connection closed.")
