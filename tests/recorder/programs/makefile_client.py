# ruff: noqa: F403, F405
from socket import *

client = socket(AF_INET6, SOCK_STREAM)
client.connect(("::1", 7777))
stream = client.makefile("rw")
for word in "one", "two":
    print(word, file=stream, flush=True)
    print(stream.readline().strip())
client.shutdown(SHUT_WR)
print(repr(stream.readline()))
stream.close()
client.close()
