"""Lesson 02: let clients queue.

Goal: a client that connects to port 5555 gets a connection, although nobody
answers it yet. Enter, or Ctrl-C, ends the program without a traceback.
The notebook 02_listen.ipynb leads there. Try it with: python server.py
Check it with: python -m lessons check 02
"""

from tools import net

HOST = "127.0.0.1"
PORT = 5555


def main():
    with net.listening(HOST, PORT):
        print(f"Server is listening on port {PORT}...")
        net.wait_for_enter()
    print("[INFO] Server shutting down.")


if __name__ == "__main__":
    main()
