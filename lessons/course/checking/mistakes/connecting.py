"""Mistakes of connecting: who does it."""

from __future__ import annotations

from lessons.course.checking import ports
from lessons.course.checking.evidence import Evidence, mistake
from lessons.course.checking.run import Participant
from socketscope.reading.calls import CONNECTS


@mistake()
def client_wants_the_port_itself(client: Participant) -> Evidence:
    """Line {call.line} of your client, `{code}`, asks to own port 5555. That is the
    server's: a client gets a port from the operating system when it connects.
    Ask: What can your client still do without this line?"""
    for call in client.calls("bind"):
        if ", 5555" in ports.given(call):
            yield call.start, {"call": call, "code": client.code(call.line)}


@mistake()
def server_connects_too(server: Participant) -> Evidence:
    """Line {call.line} of your server, `{code}`, connects to {address}, or tries to.
    Connecting is the client's part, in a program of its own.
    Ask: Which of the two programs waits for the other to connect?"""
    for call in server.calls(CONNECTS):
        code = server.code(call.line)
        yield call.start, {"call": call, "code": code, "address": ports.given(call)}
