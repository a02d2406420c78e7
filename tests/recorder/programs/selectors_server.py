import selectors
import socket

selector = selectors.DefaultSelector()


def accept(listener):
    connection, _ = listener.accept()
    connection.setblocking(False)
    selector.register(connection, selectors.EVENT_READ, echo)


def echo(connection):
    data = connection.recv(1000)
    if data:
        connection.send(data)
    else:
        selector.unregister(connection)
        connection.close()


listener = socket.socket()
listener.bind(("localhost", 6000))
listener.listen(100)
listener.setblocking(False)
selector.register(listener, selectors.EVENT_READ, accept)

while True:
    for key, _ in selector.select():
        key.data(key.fileobj)
