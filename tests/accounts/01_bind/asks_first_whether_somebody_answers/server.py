import socket

with socket.socket() as probe:
    taken = probe.connect_ex(("127.0.0.1", 5555)) == 0

if taken:
    print("Port 5555 is taken.")
else:
    listener = socket.socket()
    listener.bind(("127.0.0.1", 5555))
    print("Server owns 127.0.0.1:5555.")
    input("Press Enter to stop. ")
    listener.close()
