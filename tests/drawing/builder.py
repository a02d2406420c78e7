"""Recordings written by hand, for what is hard to provoke or slow to run."""

from __future__ import annotations

import errno
import functools
import re
from dataclasses import replace

from socketscope.recording import (
    Address,
    Event,
    Program,
    Raised,
    Recording,
    Socket,
    TcpState,
    Verdict,
    Wait,
)

PORT = ("127.0.0.1", 5555)


def client_at(number: int = 1) -> Address:
    """The address of the n-th client, as the recorder shows it."""
    return ("127.0.0.1", 50000 + number)


def tcp(
    local: Address,
    remote: Address | None,
    state: str,
    waiting: int = 0,
    socket: int | None = None,
) -> TcpState:
    return TcpState(local, remote, state, waiting, socket)


def raised(last_line: str) -> Raised:
    """The exception of which a traceback shows this last line."""
    kind, _, text = last_line.partition(": ")
    number = re.match(r"\[Errno (\d+)\]", text)
    return Raised(kind, text, number and errno.errorcode[int(number[1])])


class Builder:
    """Collects events; each method adds one call with its return.

    Sockets are named, and made when they are first named: `kind` says what
    they are. `tcp` is all that the operating system has from then on; the
    recording has what differs.
    """

    def __init__(self, *sources: str, names: tuple[str, ...] = ()) -> None:
        names = names or ("server.py", "client.py", "client2.py", "client3.py")
        self.programs = [
            Program(name, source) for name, source in zip(names, sources, strict=False)
        ]
        self.sockets: list[Socket] = []
        self.events: list[Event] = []
        self.view: tuple[TcpState, ...] = ()

    def socket(self, program: int, name: str, **fields: object) -> int:
        self.sockets.append(Socket(program, name, **fields))  # type: ignore[arg-type]
        return len(self.sockets) - 1

    def event(self, kind: str, program: int, **fields: object) -> int:
        if isinstance(fields.get("error"), str):
            fields["error"] = raised(str(fields["error"]))
        if "tcp" in fields:
            now: tuple[TcpState, ...] = fields["tcp"]  # type: ignore[assignment]
            there = {(state.local, state.remote) for state in now}
            fields["tcp"] = (
                *(state for state in now if state not in self.view),
                *(
                    replace(state, state="CLOSED", waiting=None, socket=None)
                    for state in self.view
                    if (state.local, state.remote) not in there
                ),
            )
            self.view = now
        self.events.append(Event(kind, program, **fields))  # type: ignore[arg-type]
        return len(self.events) - 1

    def call(self, program: int, call: str, **fields: object) -> None:
        """A call that returns at once; fields of its return begin with `then_`."""
        then = {k[5:]: v for k, v in fields.items() if k.startswith("then_")}
        asked = {k: v for k, v in fields.items() if not k.startswith("then_")}
        same = {k: v for k, v in asked.items() if k in ("socket", "line", "track")}
        self.event("call", program, call=call, **asked)
        self.event("return", program, call=call, **{**same, **then})

    def wait(self, program: int, call: str, waits_for: str, **fields: object) -> None:
        """A call that blocks; `back` ends it."""
        asked = {k: v for k, v in fields.items() if k not in ("timeout", "tcp")}
        self.event("call", program, call=call, **asked)
        of_call = ("data", "size", "arguments")
        fields = {k: v for k, v in fields.items() if k not in of_call}
        self.event("block", program, call=call, waits_for=(waits_for,), **fields)

    def back(self, program: int, call: str, **fields: object) -> None:
        self.event("return", program, call=call, **fields)

    def recording(self, verdict: Verdict | None = None, **fields: object) -> Recording:
        return Recording(
            programs=tuple(self.programs),
            sockets=tuple(self.sockets),
            events=tuple(self.events),
            verdict=verdict or Verdict("finished"),
            python="3.11.7",
            system="Linux",
            mapped_ports=(5555,),
            **fields,  # type: ignore[arg-type]
        )


SERVER = """\
import socket

listener = socket.socket()
listener.bind(("127.0.0.1", 5555))
listener.listen()
print("Server is listening on port 5555...")
connection, address = listener.accept()
while True:
    data = connection.recv(1024)
    if not data:
        break
    print("Client:", data.decode())
    if data == b"exit":
        connection.sendall(b"Goodbye!")
    else:
        connection.sendall(b"Message received")
connection.close()
listener.close()
"""

CLIENT = """\
import socket

client = socket.socket()
client.connect(("127.0.0.1", 5555))
message = ""
while message != "exit":
    message = input("Enter message (type 'exit' to disconnect): ")
    client.sendall(message.encode())
    reply = client.recv(1024)
    print("Server:", reply.decode())
client.close()
"""


def opened(builder: Builder) -> tuple[int, int, int]:
    """A server that listens and a client that has connected to it."""
    listener = builder.socket(0, "listener", local=PORT)
    client = builder.socket(1, "client", local=client_at(), remote=PORT)
    connection = builder.socket(
        0, "connection", origin="accept", local=PORT, remote=client_at()
    )
    listens = tcp(PORT, None, "LISTEN", 0, listener)
    mine = tcp(client_at(), PORT, "ESTABLISHED", 0, client)
    theirs = tcp(PORT, client_at(), "ESTABLISHED", 0, None)
    builder.event("start", 0)
    builder.call(0, "socket", line=3, then_socket=listener)
    builder.call(0, "bind", socket=listener, line=4, arguments=("('127.0.0.1', 5555)",))
    builder.call(0, "listen", socket=listener, line=5, then_tcp=(listens,))
    builder.event(
        "output", 0, line=6, text="Server is listening on port 5555...\n",
        stream="stdout",
    )  # fmt: skip
    builder.wait(0, "accept", "client", socket=listener, line=7)
    builder.event("start", 1)
    builder.call(1, "socket", line=3, then_socket=client)
    builder.call(
        1, "connect", socket=client, line=4, arguments=("('127.0.0.1', 5555)",),
        then_tcp=(TcpState(PORT, None, "LISTEN", 1, listener), mine, theirs),
    )  # fmt: skip
    builder.back(
        0, "accept", socket=listener, line=7, new=connection,
        tcp=(listens, mine, TcpState(PORT, client_at(), "ESTABLISHED", 0, connection)),
    )  # fmt: skip
    return listener, client, connection


def view(
    sockets: tuple[int, int, int],
    mine: str = "ESTABLISHED",
    theirs: str = "ESTABLISHED",
    unread: tuple[int, int] = (0, 0),
) -> tuple[TcpState, ...]:
    """What the operating system sees of what `opened` has opened: the states of
    the client's end and of the server's, and what waits there."""
    listener, client, connection = sockets
    return (
        tcp(PORT, None, "LISTEN", 0, listener),
        tcp(client_at(), PORT, mine, unread[0], client),
        tcp(PORT, client_at(), theirs, unread[1], connection),
    )


def echo(b: Builder, rounds: int) -> None:
    """The client says something, the server says it back, so many times."""
    _, client, connection = opened(b)
    hello = {"data": b"hello", "size": 5}
    b.wait(0, "recv", "bytes", socket=connection, line=9)
    for _ in range(rounds):
        b.call(1, "sendall", socket=client, line=8, **hello)
        b.wait(1, "recv", "bytes", socket=client, line=9)
        b.back(0, "recv", socket=connection, line=9, **hello)
        b.call(0, "sendall", socket=connection, line=10, **hello)
        b.wait(0, "recv", "bytes", socket=connection, line=9)
        b.back(1, "recv", socket=client, line=9, **hello)


def chat() -> Recording:
    """The seed's chat: "Hello Server!", then "exit"."""
    b = Builder(SERVER, CLIENT)
    sockets = listener, client, connection = opened(b)
    listens = tcp(PORT, None, "LISTEN", 0, listener)
    now = functools.partial(view, sockets)
    prompt = "Enter message (type 'exit' to disconnect): "
    b.event("output", 1, line=7, text=prompt, stream="stdout")
    b.wait(1, "input", "keyboard", line=7)
    b.wait(0, "recv", "bytes", socket=connection, line=9, arguments=("1024",))
    for said, answer, line in (
        (b"Hello Server!", b"Message received", 16),
        (b"exit", b"Goodbye!", 14),
    ):
        b.back(1, "input", line=7, text=said.decode())
        b.call(
            1, "sendall", socket=client, line=8, data=said, size=len(said),
            then_tcp=now(unread=(0, len(said))),
        )  # fmt: skip
        b.wait(1, "recv", "bytes", socket=client, line=9)
        b.back(
            0, "recv", socket=connection, line=9, data=said, size=len(said), tcp=now()
        )
        text = f"Client: {said.decode()}\n"
        b.event("output", 0, line=12, text=text, stream="stdout")
        b.call(
            0, "sendall", socket=connection, line=line, data=answer,
            size=len(answer), then_tcp=now(unread=(len(answer), 0)),
        )  # fmt: skip
        b.wait(0, "recv", "bytes", socket=connection, line=9)
        b.back(
            1, "recv", socket=client, line=9, data=answer, size=len(answer), tcp=now()
        )
        text = f"Server: {answer.decode()}\n"
        b.event("output", 1, line=10, text=text, stream="stdout")
        if said != b"exit":
            b.event("output", 1, line=7, text=prompt, stream="stdout")
            b.wait(1, "input", "keyboard", line=7)
    b.call(1, "close", socket=client, line=11, then_tcp=now("FIN_WAIT_2", "CLOSE_WAIT"))
    b.back(0, "recv", socket=connection, line=9, data=b"", size=0)
    left = tcp(client_at(), PORT, "TIME_WAIT", 0, None)
    b.call(0, "close", socket=connection, line=17, then_tcp=(listens, left))
    b.call(0, "close", socket=listener, line=18, then_tcp=(left,))
    b.event("exit", 0, result="0")
    b.event("exit", 1, result="0")
    return b.recording()


def deadlock() -> Recording:
    """Both sides wait for the other to speak first."""
    b = Builder(SERVER, CLIENT)
    _, client, connection = opened(b)
    b.wait(1, "recv", "bytes", socket=client, line=9)
    b.wait(0, "recv", "bytes", socket=connection, line=9)
    return b.recording(
        Verdict(
            "deadlock",
            waits=(
                Wait(0, 0, "recv", 9, ("bytes",)),
                Wait(1, 0, "recv", 9, ("bytes",)),
            ),
        )
    )
