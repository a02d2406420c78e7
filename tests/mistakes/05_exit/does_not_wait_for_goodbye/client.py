import socket

HOST = "127.0.0.1"
PORT = 5555

client = socket.socket()
client.connect((HOST, PORT))
while True:
    msg = ""
    while msg == "":
        msg = input("Enter message (type 'exit' to disconnect): ")
    client.sendall(msg.encode("utf-8"))
    if msg == "exit":
        break
    answer = client.recv(1024).decode("utf-8")
    print("Server:", answer)
client.close()
print("Connection closed.")
