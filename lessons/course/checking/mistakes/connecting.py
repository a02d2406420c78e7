"""Mistakes of connecting: who does it, and what if nobody listens."""

from __future__ import annotations

from lessons.course.checking import ports
from lessons.course.checking.evidence import Evidence, mistake
from lessons.course.checking.run import Participant
from socketscope.reading.calls import CONNECTS, Call


@mistake()
def client_wants_the_port_itself(client: Participant) -> Evidence:
    """Line {call.line} of your client, `{code}`, asks to own port 5555. That is the
    server's: a client gets a port from the operating system when it connects.
    Ask: Does a client own the server's port, or connect to it?"""
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


@mistake()
def hangs_up_before_it_waits(client: Participant) -> Evidence:
    """Your client connected on line {call.line}. Then its socket was closed by
    {closer}, and only after that it waits for Enter, on line {wait.line}. When it waits
    for Enter, it has hung up already.
    Ask: {ask}"""
    yield from ports.closed_before_it_waits(client, ports.meeting)


@mistake()
def end_of_input_not_caught(client: Participant) -> Evidence:
    """Your client was connected when the keyboard's input ended (Ctrl-D does that).
    input() on line {crash.line} raised EOFError, and your client ended with a
    traceback.{only}
    Ask: How did your server of lesson 02 stay calm at this place?"""
    for crash, caught in ports.died_of(client, "EOFError", "EOF|Exception"):
        only = f" Your `except {caught[0][1]}` does not catch it." if caught else ""
        if client.connected:
            yield crash.event, {"crash": crash, "only": only}


# -- nobody listens -----------------------------------------------------------


REFUSED = "ConnectionError|OSError|Exception|Refused"
"""What an `except` can name that catches a refusal."""


def refused(client: Participant) -> Call | None:
    """The call with which a client that was run alone did not connect."""
    if client.run.names != ("client.py",):
        return None
    asked = client.calls(CONNECTS)
    return next((c for c in asked if c.error or c.result not in (None, "0")), None)


@mistake()
def refusal_not_caught(client: Participant) -> Evidence:
    """No server was running, so connect() on line {crash.line} raised
    ConnectionRefusedError. Nothing caught it, and the terminal shows a traceback.
    Ask: What should somebody read who forgot to start the server?"""
    for crash, caught in ports.died_of(client, "Refused", REFUSED):
        if refused(client) and not caught:
            yield crash.event, {"crash": crash}


@mistake()
def catches_no_refusal(client: Participant) -> Evidence:
    """No server was running, so connect() on line {crash.line} raised
    ConnectionRefusedError. Your `except {names}` on line {line} does not catch that.
    Ask: What should somebody read who forgot to start the server?"""
    for crash, caught in ports.died_of(client, "Refused", REFUSED):
        for line, names in caught[:1] if refused(client) else ():
            yield crash.event, {"crash": crash, "line": line, "names": names}


@mistake()
def goes_on_without_a_server(client: Participant) -> Evidence:
    """No server was running. Your client caught the refusal of line {call.line} and
    went on all the same: it waits on line {wait.line} to hang up, and has no
    connection.
    Ask: What should the program do once it has said that it cannot connect?"""
    call = refused(client)
    for wait in ports.waits_after(client, call):
        yield wait.start, {"call": call, "wait": wait}


@mistake()
def ends_as_if_all_were_well(client: Participant) -> Evidence:
    """No server was running, and your client says so: {said}. Then it ends with exit
    status 0, which tells other programs that all went well.
    Ask: What happens if you give the sentence to sys.exit(), not to print()?"""
    yield from ports.ends_with_status_0(client, refused)
