import socket

s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(("127.0.0.1", 5555))
s.listen(1)
print("ready")
try:
    while True:
        c, a = s.accept()
        print("hello", a)
        going = True
        while going:
            try:
                b = c.recv(512)
                print("got", "".join(x for x in b.decode(errors="replace") if x >= " "))
                done = 0
                while done < len(b):
                    done += c.send(b[done:])
                going = len(b) > 0
            except ConnectionError as e:
                print("lost", e)
                going = False
        c.close()
        print("goodbye", a)
except KeyboardInterrupt:
    print("stopped")
finally:
    s.close()
