import socket

with socket.create_server(("::1", 7777), family=socket.AF_INET6) as listener:
    connection, address = listener.accept()
    with connection, connection.makefile("rw", newline="\n") as stream:
        for line in stream:
            stream.write(line.upper())
            stream.flush()
print("done")
