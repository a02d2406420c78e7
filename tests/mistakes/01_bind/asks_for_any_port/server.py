import socket

with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listener:
    listener.bind(("127.0.0.1", 0))
    print("Server owns", listener.getsockname())
    input("Press Enter to stop. ")
