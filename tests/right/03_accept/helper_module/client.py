"""Lesson 03: connect to the server (a new program).

Goal: the client connects to the server and stays connected until Enter is
pressed. Where that fails, it says why in one sentence and ends with exit
status 1.
The notebook 03_accept.ipynb leads there. Try it with: python client.py
Check it with: python -m lessons check 03
"""

from tools import net

HOST = "127.0.0.1"
PORT = 5555


def main():
    with net.new_socket() as client:
        net.connect_to_server(client, HOST, PORT)
        with net.calmly(KeyboardInterrupt, EOFError):
            input(f"Connected to {HOST}:{PORT}. Press Enter to hang up. ")
    print("Connection closed.")


if __name__ == "__main__":
    main()
