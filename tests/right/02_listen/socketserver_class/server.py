"""Lesson 02: let clients queue.

Goal: a client that connects to port 5555 gets a connection, although nobody
answers it yet. Enter, or Ctrl-C, ends the program without a traceback.
The notebook 02_listen.ipynb leads there. Try it with: python server.py
Check it with: python -m lessons check 02
"""

import socketserver
import sys

HOST = "127.0.0.1"
PORT = 5555


class Server(socketserver.TCPServer):
    def server_activate(self):
        self.socket.listen()  # without a number


def main():
    try:
        server = Server((HOST, PORT), socketserver.BaseRequestHandler)
    except OSError as error:
        sys.exit(f"Cannot use {HOST}:{PORT} ({error.strerror}): is another server still running?")
    with server:
        print(f"Server is listening on port {PORT}...")
        try:
            input("Press Enter to stop. ")
        except KeyboardInterrupt:
            print()
        except EOFError:
            print()
    print("[INFO] Server shutting down.")


if __name__ == "__main__":
    main()
