"""The ends of all links, as the operating system holds them.

`View` follows what it saw from event to event; `ends_of(links)` lists every end
that exists now, with the bytes that wait in its receive queue.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from socketscope.recording import Address, Event, TcpState

if TYPE_CHECKING:
    from socketscope.reading.links import Held, Links

SENT_FIN = {"FIN_WAIT_1", "FIN_WAIT_2", "CLOSING", "LAST_ACK", "TIME_WAIT"}
GOT_FIN = {"CLOSE_WAIT", "CLOSING", "LAST_ACK", "TIME_WAIT"}
"""States of an end that has sent, or received, a FIN (RFC 9293, section 3.3.2)."""

Ends = tuple[Address | None, Address | None]
"""A local and a remote address; a listener has no remote one."""


@dataclass(frozen=True)
class Mark:
    """A TCP state that one end has just reached."""

    program: int
    state: str
    """As in `TcpState.state`; `CLOSED` once the connection is forgotten."""


@dataclass(frozen=True)
class End:
    """One end, as the operating system holds it at one moment."""

    program: int
    name: str
    local: Address | None
    remote: Address | None
    state: str | None = None
    """None where it could not be read."""
    head: bytes = b""
    """The first bytes that wait in its receive queue."""
    waiting: int | None = 0
    """How many bytes wait there, or connections if it listens; None where that
    is not known."""
    eof: bool = False
    """The other side's FIN waits behind those bytes."""
    keeper: str = ""
    """Who has it if no program of the recording holds it: the `queue`, until
    `accept`; the `system` alone, when it is left over; `others`, who go on using
    what was closed. Empty also where that is not known."""


class View:
    """The operating system's view before and after the present event."""

    def __init__(self, events: Iterable[Event]) -> None:
        self.exists = any(event.tcp is not None for event in events)
        self.before: dict[Ends, TcpState] = {}
        self.now: dict[Ends, TcpState] = {}
        self.by_socket: dict[int | None, TcpState] = {}
        self.over: set[Ends] = set()
        """Those that were seen, and are no more."""
        self.changed: list[tuple[Ends, tuple[int | None, ...]]] = []
        """Ends that the present event changed, and whose sockets they are."""

    def look(self, event: Event) -> list[TcpState]:
        """Take in an event; the ends that have reached another state."""
        before = self.before = self.now
        self.changed = []
        if event.tcp is None:
            return []
        self.now = {(state.local, state.remote): state for state in event.tcp}
        self.by_socket = {state.socket: state for state in event.tcp}
        reached = []
        for ends, state in self.now.items():
            old = before.get(ends)
            if old is None or old != state:
                self.changed.append((ends, (state.socket, old and old.socket)))
                if old is None or old.state != state.state:
                    reached.append(state)
        for ends, state in before.items():
            if ends not in self.now:
                self.changed.append((ends, (state.socket,)))
                if state.remote is not None:
                    reached.append(replace(state, state="CLOSED"))
                    self.over.add(ends)
        return reached

    def vanished(self, ends: Ends) -> bool:
        """It was there before the present event, and is no more."""
        return ends in self.before and ends not in self.now

    def grown(self, ends: Ends) -> int:
        """Bytes by which a queue was seen to grow."""
        if ends not in self.before or ends not in self.now:
            return 0
        then, now = self.before[ends].waiting, self.now[ends].waiting
        return 0 if then is None or now is None else max(0, now - then)

    def how_closed(self, ends: Ends, unread: int) -> str | None:
        """How an end was closed just now: with a `fin` or an `rst`; None if its
        connection was over already, or stands."""
        if not self.exists:
            return "rst" if unread else "fin"
        mine, theirs = self.now.get(ends), self.now.get(ends[::-1])
        if (mine and mine.state in SENT_FIN) or (theirs and theirs.state in GOT_FIN):
            return "fin"
        if mine is None and theirs is None and ends in self.before:
            fin_came = self.before[ends].state in ("CLOSE_WAIT", "LAST_ACK")
            return "fin" if fin_came and not unread else "rst"
        return None


def ends_of(links: Links) -> tuple[End, ...]:
    """Every end that exists now, in the order it came to be."""
    made = links.made
    for held in links.open:
        if held not in made:
            made[held] = _held(links, held)
    ends = [made[held] for held in links.open]
    shown = {(end.local, end.remote) for end in ends if end.state}
    left = [where for where in links.view.now if where not in shown]
    for where in left:
        if where not in made:
            made[where] = _left(links, links.view.now[where])
    return (*ends, *(made[where] for where in left))


def _held(links: Links, held: Held) -> End:
    """The end that an open socket is."""
    sock, view = held.socket, links.view
    local = sock.local if held.placed else None
    remote = sock.remote if held.connected else None
    state = view.by_socket.get(held.index) or view.now.get(held.ends)
    end = End(sock.program, sock.name or "a socket", local, remote)
    return _with_queue(links, end, held, state)


def _left(links: Links, state: TcpState) -> End:
    """An end that no open socket is."""
    owner, keeper = links.owner(state), ""
    if owner and owner.connected:
        keeper = "system" if state.state in SENT_FIN else "others"
    elif links.listener(state.local):
        keeper = "queue"
    name = (owner and owner.socket.name) or "a connection"
    program = links.program(state)
    end = End(program, name, state.local, state.remote, keeper=keeper)
    return _with_queue(links, end, owner, state)


def _with_queue(
    links: Links, end: End, held: Held | None, state: TcpState | None
) -> End:
    """The end with what waits in its queue, and as the system has it."""
    if state:
        end = replace(end, local=state.local, remote=state.remote, state=state.state)
    queue = links.queue(held, (end.local, end.remote))
    size = queue.size if queue.whole else None
    if state and state.waiting is not None:
        size = state.waiting
    eof = queue.fin and (state is None or state.state in GOT_FIN)
    return replace(end, head=queue.head()[: size or 0], waiting=size, eof=eof)
