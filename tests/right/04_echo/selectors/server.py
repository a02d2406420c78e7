import re
import selectors
import socket

selector = selectors.DefaultSelector()
listener = socket.create_server(("127.0.0.1", 5555))
listener.setblocking(False)
selector.register(listener, selectors.EVENT_READ)
print("up")
while True:
    for key, _ in selector.select():
        if key.fileobj is listener:
            connection, address = listener.accept()
            print(address, "came")
            selector.register(connection, selectors.EVENT_READ, address)
            continue
        connection = key.fileobj
        try:
            data = connection.recv(1024)
            if data:
                text = data.decode(errors="replace")
                print(key.data, re.sub(r"[\x00-\x1f\x7f]", "?", text))
                connection.sendall(data)
        except ConnectionError as error:
            print(key.data, error)
            data = b""
        if not data:
            selector.unregister(connection)
            connection.close()
            print(key.data, "left")
