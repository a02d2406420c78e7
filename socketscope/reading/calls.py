"""The calls of a recording, and what each kind of call is for.

`ROLES` is the one table that knows calls by name: a new call belongs there, and
every reader asks for its role. `Calls` puts the events of each call together,
once, for drawings and checks alike.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from socketscope.recording import Address, Event, Raised

OPENS, COPIES, BINDS, LISTENS, SERVES = "opens", "copies", "binds", "listens", "serves"
CONNECTS, ACCEPTS, SENDS, RECEIVES = "connects", "accepts", "sends", "receives"
SHUTS, CLOSES, DETACHES = "shuts", "closes", "detaches"
KEYBOARD, SLEEPS, SELECTS, SYNCHRONISES = "keyboard", "sleeps", "selects", "syncs"
SETS, ASKS, SECURES = "sets", "asks", "secures"

ROLES = {
    name: role
    for role, names in {
        OPENS: ("socket", "makefile"),
        COPIES: ("dup",),
        BINDS: ("bind",),
        LISTENS: ("listen",),
        SERVES: ("create_server",),  # opens, binds and listens
        CONNECTS: ("connect", "connect_ex", "create_connection"),
        ACCEPTS: ("accept",),
        SENDS: ("send", "sendall", "sendto", "sendmsg", "sendfile", "write"),
        RECEIVES: ("recv", "recv_into", "recvfrom", "recvfrom_into", "recvmsg"),
        SHUTS: ("shutdown",),
        CLOSES: ("close",),
        DETACHES: ("detach",),
        KEYBOARD: ("input", "readline", "read", "readlines"),
        SLEEPS: ("sleep",),
        SELECTS: ("select", "poll"),
        SYNCHRONISES: (
            *("join", "acquire", "wait", "wait_for", "get", "put", "result"),
            "start",
        ),
        SETS: ("setsockopt", "settimeout", "setblocking"),
        ASKS: ("getsockopt", "getsockname", "getpeername"),
        SECURES: ("do_handshake",),  # from here on it speaks TLS
    }.items()
    for name in names
}
"""What each call does. `read` and `write` are those of a file: the keyboard's, or
one that `makefile` made."""

AWAITS_NETWORK = frozenset({ACCEPTS, RECEIVES, SELECTS})
"""Roles of the calls in which a program waits for others on the network."""
AWAITS_OUTSIDE = frozenset({KEYBOARD, SLEEPS})
"""Those in which it waits for a person, or for time to pass."""
REFUSED = frozenset({"111", "61", "10061"})
"""ECONNREFUSED, as `connect_ex` returns it on Linux, macOS and Windows."""

UNDER_WAY = frozenset({"115", "36", "10035"})
"""EINPROGRESS, likewise (on Windows it is WSAEWOULDBLOCK)."""


def role_of(call: str | None) -> str:
    """What a call of this name is for; empty for one that is not in the table."""
    return ROLES.get(call or "", "")


UNANSWERED = Event("return", 0)
"""What stands for the return of a call that never came."""

Lane = tuple[int, int]
"""A program and one of its tracks."""


@dataclass(frozen=True)
class Call:
    """One call of a program, from its beginning to its end."""

    start: int
    """Index of the event in which it began."""
    asked: Event
    """That event."""
    wait: int | None = None
    """Index of its `block`; None if it did not have to wait."""
    end: int | None = None
    """Index of the event in which it returned; None if it never did."""
    answer: Event = UNANSWERED
    """That event."""

    @property
    def name(self) -> str:
        return self.asked.call or ""

    @property
    def role(self) -> str:
        """What it is for: a role of this module, or nothing."""
        return role_of(self.name)

    @property
    def program(self) -> int:
        return self.asked.program

    @property
    def track(self) -> int:
        return self.asked.track

    @property
    def lane(self) -> Lane:
        return self.asked.program, self.asked.track

    @property
    def line(self) -> int | None:
        return self.asked.line

    @property
    def arguments(self) -> tuple[str, ...]:
        return self.asked.arguments

    @property
    def socket(self) -> int | None:
        """The socket it was made on, or that it made."""
        asked = self.asked.socket
        return self.answer.socket if asked is None else asked

    @property
    def new(self) -> int | None:
        """The socket that `accept` returned."""
        return self.answer.new

    @property
    def data(self) -> bytes:
        """What it was given to send, or received (the first `DATA_LIMIT` bytes)."""
        asked = self.asked.data
        return (self.answer.data or b"") if asked is None else asked

    @property
    def size(self) -> int:
        """How many bytes these really were."""
        sizes = (self.asked.size, self.answer.size, len(self.data))
        return next(size for size in sizes if size is not None)

    @property
    def result(self) -> str | None:
        return self.answer.result

    @property
    def error(self) -> Raised | None:
        return self.answer.error

    @property
    def text(self) -> str | None:
        """What was typed."""
        return self.answer.text

    @property
    def blocked(self) -> bool:
        return self.wait is not None

    @property
    def worked(self) -> bool:
        """It returned, and not with an exception."""
        return self.end is not None and self.error is None

    @property
    def sent(self) -> bytes:
        """The bytes that the operating system took from it, if it sends."""
        return self.data[: self.sent_size] if self.worked else b""

    @property
    def sent_size(self) -> int:
        """How many bytes it sent, if it returned: all, or as many as it says."""
        result = self.result or ""
        return min(self.size, int(result)) if result.isdigit() else self.size

    @property
    def refused(self) -> bool:
        """It asked for a connection, and was refused."""
        if self.name == "connect_ex":
            return self.result in REFUSED
        return self.error is not None and self.error.name == "ConnectionRefusedError"

    @property
    def under_way(self) -> bool:
        """It asked for a connection, and did not wait for it."""
        if self.name == "connect_ex":
            return self.result in UNDER_WAY
        connects = self.role == CONNECTS
        return connects and self.error is not None and self.error.would_wait

    @property
    def address(self) -> Address | None:
        """The address among its arguments, if there is one."""
        return next(filter(None, map(_address, self.arguments)), None)

    def shuts(self, direction: str) -> bool:
        """Does this `shutdown` end receiving (`RD`) or sending (`WR`)?"""
        how = self.arguments[0].rpartition("SHUT_")[2] if self.arguments else ""
        return direction in {"0": "RD", "1": "WR", "2": "RDWR"}.get(how, how)


class Calls:
    """The calls of a recording, in the order in which they began."""

    def __init__(self, events: Sequence[Event]) -> None:
        found: dict[int, Call] = {}
        self._starts: dict[int, int] = {}  # event -> the one in which its call began
        inside: dict[Lane, list[int]] = defaultdict(list)
        for index, event in enumerate(events):
            under_way = inside[event.program, event.track]
            if event.kind == "call":
                under_way.append(index)
                found[index] = Call(index, event)
            elif event.kind not in ("block", "return") or not under_way:
                continue
            start = self._starts[index] = under_way[-1]
            if event.kind == "block":
                found[start] = replace(found[start], wait=index)
            elif event.kind == "return":
                found[start] = replace(found[start], end=index, answer=event)
                under_way.pop()
        self._found = found

    def __iter__(self) -> Iterator[Call]:
        return iter(self._found.values())

    def at(self, event: int) -> Call | None:
        """The call to which the event of this index belongs."""
        return self._found.get(self._starts.get(event, -1))


def _address(argument: str) -> Address | None:
    try:
        value = ast.literal_eval(argument)
    except (ValueError, SyntaxError):
        return None
    if isinstance(value, tuple) and len(value) >= 2 and isinstance(value[1], int):
        return str(value[0]), value[1]
    return None
