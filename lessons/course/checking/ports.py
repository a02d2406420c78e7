"""What a run shows of ports and sockets: who owned one, listened, let it go."""

from __future__ import annotations

from collections.abc import Callable, Iterator

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
