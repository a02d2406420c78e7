"""The ends of all links, as the operating system holds them.

`View` follows what it saw from event to event; `ends_of(links)` lists every end
that exists now, with the bytes that wait in its receive queue.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from socketscope.recording import Address, Event, Socket, TcpState

if TYPE_CHECKING:
    from socketscope.reading.links import Links

HEAD = 24
"""Bytes of a receive queue that a reader may want to show."""
SENT_FIN = {"FIN_WAIT_1", "FIN_WAIT_2", "CLOSING", "LAST_ACK", "TIME_WAIT"}
GOT_FIN = {"CLOSE_WAIT", "CLOSING", "LAST_ACK", "TIME_WAIT"}
"""States of an end that has sent, or received, a FIN (RFC 9293, section 3.3.2)."""

Ends = tuple[Address, Address | None]
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
        self.over: set[Ends] = set()
        """Those that were seen, and are no more."""

    def look(self, event: Event) -> list[tuple[TcpState, str]]:
        """Take in an event; the ends that have reached another state."""
        self.before = dict(self.now)
        if event.tcp is None:
            return []
        now = {(state.local, state.remote): state for state in event.tcp}
        reached = [
            (state, state.state)
            for ends, state in now.items()
            if ends not in self.now or self.now[ends].state != state.state
        ]
        for ends, state in self.now.items():
            if ends not in now and state.remote is not None:
                reached.append((state, "CLOSED"))
                self.over.add(ends)
        self.now = now
        return reached

    def vanished(self, ends: Ends | None) -> bool:
        """It was there before the present event, and is no more."""
        return ends in self.before and ends not in self.now

    def grown(self, ends: Ends | None) -> int:
        """Bytes by which a queue was seen to grow."""
        if ends not in self.before or ends not in self.now:
            return 0
        then, now = self.before[ends].waiting, self.now[ends].waiting
        return 0 if then is None or now is None else max(0, now - then)

    def how_closed(self, ends: Ends | None, unread: int) -> str | None:
        """How an end was closed just now: with a `fin` or an `rst`; None if its
        connection was over already, or stands."""
        if not self.exists:
            return "rst" if unread else "fin"
        if ends is None or ends[1] is None:
            return None
        mine, theirs = self.now.get(ends), self.now.get((ends[1], ends[0]))
        if (mine and mine.state in SENT_FIN) or (theirs and theirs.state in GOT_FIN):
            return "fin"
        if mine is None and theirs is None and ends in self.before:
            fin_came = self.before[ends].state in ("CLOSE_WAIT", "LAST_ACK")
            return "fin" if fin_came and not unread else "rst"
        return None


def ends_of(links: Links) -> tuple[End, ...]:
    """Every end that exists now, in the order it came to be."""
    ends = []
    shown = set()
    for index in links.open:
        sock, held = links.sockets[index], links.held[index]
        known = _state_of(links, index)
        local = sock.local if held.placed else None
        remote = sock.remote if held.connected else None
        if known:
            shown.add((known.local, known.remote))
            local, remote = known.local, known.remote
        end = End(sock.program, sock.name or "a socket", local, remote)
        ends.append(_with_queue(links, end, index, known))
    for key, state in links.view.now.items():
        if key in shown:
            continue
        program, owner = owner_of(links, state)
        name = None if owner is None else links.sockets[owner].name
        keeper = _keeper(links, state, owner)
        end = End(program, name or "a connection", *key, keeper=keeper)
        ends.append(_with_queue(links, end, owner, state))
    return tuple(ends)


def _listeners(links: Links) -> Iterable[tuple[int, Socket]]:
    for index, held in links.held.items():
        if held.listening:
            yield index, links.sockets[index]


def owner_of(links: Links, state: TcpState) -> tuple[int, int | None]:
    """Program and socket of an end, also of one nobody holds."""
    index = state.socket
    if index is None and state.remote is not None:
        places = [(sock.local, sock.remote) for sock in links.sockets]
        ends = (state.local, state.remote)
        index = places.index(ends) if ends in places else None
    if index is not None:
        return links.sockets[index].program, index
    for _, listener in _listeners(links):
        if listener.local and listener.local[1] == state.local[1]:
            return listener.program, None
    return 0, None


def _keeper(links: Links, state: TcpState, owner: int | None) -> str:
    """Who has an end that no program of the recording holds."""
    if owner is not None and links.held[owner].connected:
        return "system" if state.state in SENT_FIN else "others"
    ports = [listener.local[1] for _, listener in _listeners(links) if listener.local]
    return "queue" if state.local[1] in ports else ""


def _state_of(links: Links, index: int) -> TcpState | None:
    for state in links.view.now.values():
        if state.socket == index:
            return state
    ends = links.pair(index)
    return links.view.now.get(ends) if ends else None


def _with_queue(
    links: Links, end: End, sock: int | None, known: TcpState | None
) -> End:
    peer = None if sock is None else links.peers.get(sock)
    if peer is None and end.remote and end.local:
        for other in links.held:
            if links.pair(other) == (end.remote, end.local):
                peer = other
    size: int | None = 0
    head, fin = b"", False
    if peer is not None:
        stream = links.held[peer].stream
        size = stream.size if stream.whole else None
        head = stream.head()
        fin = stream.fin and (known is None or known.state in GOT_FIN)
    elif sock is not None and links.held[sock].mailbox:
        mailbox = links.held[sock].mailbox
        size = sum(piece.size for piece in mailbox)
        head = b"".join(piece.data for piece in mailbox)[:HEAD]
    if known is not None and known.waiting is not None:
        size = known.waiting
    state = known.state if known else None
    return replace(end, state=state, head=head[: size or 0], waiting=size, eof=fin)
