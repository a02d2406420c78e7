"""What a run shows of ports and sockets: who owned one, listened, let it go."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from lessons.course.checking import written
from lessons.course.checking.evidence import Evidence, quoted
from lessons.course.checking.run import PORT, Crash, Participant
from socketscope.reading.calls import KEYBOARD, Call

PLACE = ("127.0.0.1", PORT)
EVERYWHERE = ("0.0.0.0", PORT)

BLOCK = "Which lines should run while the socket is open?"
NAME = "What must a function hand back, so that the socket lives on?"

Since = Callable[[Participant], Call | None]
"""Finds the call since which something is so, if there was one."""
Died = Iterator[tuple[Crash, list[tuple[int, str]]]]


def owning(server: Participant) -> Call | None:
    """The call with which it came to own 127.0.0.1:5555 for TCP."""
    for call in server.calls("bind"):
        at = server.address(call.socket)
        if call.worked and at == PLACE and type_of(server, call) == "SOCK_STREAM":
            return call
    return None


def listening(server: Participant) -> Call | None:
    """The call since which clients of this computer reach it at port 5555."""
    for call in server.calls("listen"):
        if call.worked and server.address(call.socket) in (PLACE, EVERYWHERE):
            return call
    return None


def ever_listening(server: Participant) -> Call | None:
    """The first `listen` that worked, at whatever port."""
    return next((call for call in server.calls("listen") if call.worked), None)


def making(program: Participant) -> Call | None:
    """The call that made its first socket."""
    return next(iter(program.calls("socket")), None)


def meeting(client: Participant) -> Call | None:
    """The call that connected the client with a server, by TCP."""
    opened = [talk.opened for talk in client.connected]
    return next((c for c in opened if type_of(client, c) == "SOCK_STREAM"), None)


def type_of(program: Participant, call: Call) -> str | None:
    """The type of a call's socket: SOCK_STREAM or SOCK_DGRAM."""
    return program.run.recording.sockets[call.socket or 0].type


def given(call: Call) -> str:
    """The address that a call was given, as the program wrote it down."""
    return call.arguments[0] if call.arguments else "nothing"


def options(server: Participant, call: Call, name: str) -> list[Call]:
    """The calls that set an option, not to 0, on the socket of another call."""
    return [
        each
        for each in server.calls("setsockopt")
        if each.socket == call.socket
        and name in each.arguments
        and each.arguments[-1] not in ("0", "False")
    ]


def waits_after(program: Participant, call: Call | None) -> list[Call]:
    """Its calls that read from the keyboard, after that one."""
    waits = program.calls(KEYBOARD) if call else []
    return [wait for wait in waits if call and wait.start > call.start]


def closed_before_it_waits(program: Participant, since: Since) -> Evidence:
    """A socket was closed between that call on it and the wait for Enter."""
    call = since(program)
    for wait in waits_after(program, call)[:1]:
        closings = [c for c in program.calls("close", "detach") if c.start < wait.start]
        for closed in closings:
            if call and closed.socket == call.socket:
                ask = BLOCK if closed.result != "dropped" else NAME
                known = {"call": call, "closer": written.closer(program, closed)}
                yield closed.start, known | {"wait": wait, "ask": ask}


def ran_through(program: Participant, since: Since) -> Evidence:
    """It waited for nothing: neither before that call nor after it."""
    call, waited = since(program), any(each.blocked for each in program.all_calls)
    ended = program.wait is None and program.program.status == 0
    if call and ended and not waited and not program.calls(KEYBOARD):
        yield call.end, {"call": call}


def ends_with_status_0(program: Participant, refused: Since) -> Evidence:
    """It was refused, says so, and ends as if it had not been."""
    call = refused(program)
    said = program.output(call.start) if call else ""
    ended = program.wait is None and program.program.status == 0
    if call and said.strip() and ended and not waits_after(program, call):
        yield call.end, {"said": quoted(said)}


def died_of(program: Participant, error: str, family: str) -> Died:
    """The exception of this name that ended it, and the `except` clauses around.

    None if one of them names the family: it was caught, and raised again.
    """
    crash = program.crash
    if crash is None or error not in crash.error.name:
        return
    caught = written.handlers(program, crash.line)
    if not any(not names or re.search(family, names) for _, names in caught):
        yield crash, caught
