import socket
import threading


def pump(source, target):
    while True:
        data = source.recv(4096)
        if not data:
            break
        target.sendall(data)
    target.shutdown(socket.SHUT_WR)


listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
listener.bind(("127.0.0.1", 8080))
listener.listen(5)
client, address = listener.accept()
upstream = socket.create_connection(("127.0.0.1", 9999))
threads = [
    threading.Thread(target=pump, args=(client, upstream)),
    threading.Thread(target=pump, args=(upstream, client)),
]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
client.close()
upstream.close()
listener.close()
