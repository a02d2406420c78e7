import socket

with socket.socket() as listener:
    listener.bind(("127.0.0.1", 5555))
      print("Server owns 127.0.0.1:5555.")
    input("Press Enter to stop. ")
