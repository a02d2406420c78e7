import os, socket, sys, time
listener = socket.socket()
listener.bind(("127.0.0.1", 5555))
if os.fork():
    os._exit(0)
os.setsid()
if os.fork():
    os._exit(0)
listener.listen()
print("Server is listening on port 5555...", flush=True)
input()
print("Goodbye")
