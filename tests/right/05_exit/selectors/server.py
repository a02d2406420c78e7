import selectors
import socket

LISTENER = ("127.0.0.1", 5555)


def serve(listener, selector):
    leaving = None
    while True:
        ready = selector.select(leaving and 0.8)
        if leaving and not ready:
            leaving.close()
            return
        for key, _ in ready:
            if key.fileobj is listener:
                connection, (host, port) = listener.accept()
                print(f"[INFO] Connected with {host}:{port}")
                selector.register(connection, selectors.EVENT_READ)
                continue
            connection = key.fileobj
            try:
                data = connection.recv(1024)
                if data and connection is not leaving:
                    text = data.decode(errors="replace")
                    print("Client:", text)
                    if text == "exit":
                        print("[INFO] Client requested disconnection.")
                        leaving = connection
                        connection.sendall(b"Goodbye!")
                    else:
                        connection.sendall(b"Message received")
            except ConnectionError:
                data = b""
            if not data:
                selector.unregister(connection)
                connection.close()
                if connection is leaving:
                    return
                print("[INFO] Client disconnected.")


def main():
    with socket.create_server(LISTENER) as listener:
        with selectors.DefaultSelector() as selector:
            selector.register(listener, selectors.EVENT_READ)
            print("Server is listening on port 5555...")
            serve(listener, selector)
    print("[INFO] Server shutting down.")


main()
