"""The ends of all links, as the operating system holds them.

`View` follows what it saw from event to event; a `Listing` lists every end that
exists now, with the bytes that wait in its receive queue. A `Held` is a socket of
a program, a `Queue` what was sent to it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from socketscope.reading.calls import Lane
from socketscope.recording import Address, Event, Socket, TcpState

if TYPE_CHECKING:
    from socketscope.reading.links import Links

SENT_FIN = {"FIN_WAIT_1", "FIN_WAIT_2", "CLOSING", "LAST_ACK", "TIME_WAIT"}
GOT_FIN = {"CLOSE_WAIT", "CLOSING", "LAST_ACK", "TIME_WAIT"}
"""States of an end that has sent, or received, a FIN (RFC 9293, section 3.3.2)."""

Ends = tuple[Address | None, Address | None]
"""A local and a remote address; a listener has no remote one."""


HEAD = 24
"""Bytes of a receive queue that a reader may want to show."""


@dataclass(eq=False)
class Arrow:
    """Something that travels from one thread's socket to the other end."""

    kind: str
    """`connect`, `refused`, `data`, `datagram`, `fin` or `rst`."""
    source: Lane
    target: Lane | None
    """None where nobody is: a refused connection, an unknown peer. Who takes the
    bytes in the end is known only later."""
    data: bytes = b""
    size: int = 0
    whole: bool = True
    """All of it was sent; else the call failed or never returned, and how much
    of it went is not known (`socket.sendall` in Python's documentation)."""
    taken: int | None = None
    """Index of the event at which the receiver had taken all of it, if it has."""


@dataclass
class Queue:
    """Bytes that were sent to one socket, and are not all taken yet."""

    arrows: deque[Arrow] = field(default_factory=deque)
    """What brought them."""
    begun: int = 0
    """How many bytes of the first arrow are taken already."""
    size: int = 0
    """At most so many bytes, and exactly if all are `whole`."""
    cut: int = 0
    """How many of the arrows are not `whole`."""
    fin: bool = False
    encrypted: bool = False
    """Over TLS: what lies there are not the bytes that were said."""

    @property
    def whole(self) -> bool:
        return not self.cut

    def put(self, arrow: Arrow) -> None:
        self.arrows.append(arrow)
        self.size += arrow.size
        self.cut += not arrow.whole

    def pop(self) -> Arrow:
        """The first arrow, which is used up."""
        arrow = self.arrows.popleft()
        self.size -= arrow.size - self.begun
        self.begun = 0
        self.cut -= not arrow.whole
        return arrow

    def head(self) -> bytes:
        head = b""
        for arrow in () if self.encrypted else self.arrows:
            if not arrow.whole and arrow is not self.arrows[-1]:
                break  # where in it the next one begins is not known
            head += arrow.data
            if len(arrow.data) < arrow.size or len(head) >= self.begun + HEAD:
                break  # the recording kept only the first bytes of it
        return head[self.begun :][:HEAD]

    def take(self, size: int) -> tuple[list[Arrow], int]:
        """Take bytes; the arrows that are used up, and of how many bytes came."""
        if not size:
            return [], 0
        used = []
        while self.arrows and size >= self.arrows[0].size - self.begun:
            size -= self.arrows[0].size - self.begun
            used.append(self.pop())
        if self.arrows:
            self.begun += size
            self.size -= size
        return used, len(used) + bool(self.begun)


@dataclass(eq=False)
class Held:
    """One socket of the recording, and what is known of it so far."""

    index: int
    socket: Socket
    peer: Held | None = None
    """The socket at the other end of its TCP connection."""
    sent: Queue = field(default_factory=Queue)
    """What it has sent over its connection, and waits for the peer to take it."""
    mailbox: Queue = field(default_factory=Queue)
    """Datagrams that wait for it."""
    placed: bool = False
    """It has an address."""
    connected: bool = False
    listening: bool = False
    deaf: bool = False
    """Shut down for receiving."""
    finished: int | None = None
    """The program whose side has said that no more will come."""
    user: Lane | None = None
    """Who called it last."""
    copies: int = 0
    """How many others of its program are the same (`dup`), and not closed."""

    @property
    def ends(self) -> Ends:
        """Both addresses of its TCP connection, if it ever has one."""
        sock = self.socket
        both = sock.local and sock.remote and not sock.is_datagram
        return (sock.local, sock.remote) if both else (None, None)

    @property
    def lane(self) -> Lane:
        return self.user or (self.socket.program, 0)

    @property
    def queue(self) -> Queue | None:
        """What waits for it; None where nobody is known to send to it."""
        if self.socket.is_datagram:
            return self.mailbox
        return self.peer.sent if self.peer else None

    def listens_at(self, where: Address | None) -> bool:
        """Does it listen, or once did, at the port of this address?"""
        local = self.socket.local
        return bool(self.listening and local and where and local[1] == where[1])


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
        self.now: dict[Ends, TcpState] = {}
        self.changed: dict[Ends, TcpState | None] = {}
        """What the present event changed, as it was before; None if it is new."""
        self.by_socket: dict[int, TcpState] = {}
        self.over: set[Ends] = set()
        """Those that were seen, and are no more."""

    def look(self, event: Event) -> list[TcpState]:
        """Take in an event; the ends that have reached another state."""
        self.changed = {}
        reached = []
        for state in event.tcp or ():
            ends = (state.local, state.remote)
            before = self.changed[ends] = self.now.pop(ends, None)
            if before is not None and before.socket is not None:
                self.by_socket.pop(before.socket, None)
            if state.state != "CLOSED":
                self.now[ends] = state
                if state.socket is not None:
                    self.by_socket[state.socket] = state
            else:
                self.over.add(ends)
                if state.remote is None:
                    continue
            if before is None or before.state != state.state:
                reached.append(state)
        return reached

    def before(self, ends: Ends) -> TcpState | None:
        """How an end was before the present event; None if it was not there."""
        return self.changed.get(ends, self.now.get(ends))

    def vanished(self, ends: Ends) -> bool:
        """It was there before the present event, and is no more."""
        return self.before(ends) is not None and ends not in self.now

    def grown(self, ends: Ends) -> int:
        """Bytes by which a queue was seen to grow."""
        then, now = self.before(ends), self.now.get(ends)
        if then is None or now is None or then.waiting is None or now.waiting is None:
            return 0
        return max(0, now.waiting - then.waiting)

    def how_closed(self, ends: Ends, unread: int) -> str | None:
        """How an end was closed just now: with a `fin` or an `rst`; None if its
        connection was over already, or stands."""
        if not self.exists:
            return "rst" if unread else "fin"
        mine, theirs = self.now.get(ends), self.now.get(ends[::-1])
        if (mine and mine.state in SENT_FIN) or (theirs and theirs.state in GOT_FIN):
            return "fin"
        before = self.before(ends)
        if mine is None and theirs is None and before is not None:
            fin_came = before.state in ("CLOSE_WAIT", "LAST_ACK")
            return "fin" if fin_came and not unread else "rst"
        return None


class Listing:
    """Every end that exists; each is made anew only when something changes it."""

    def __init__(self, links: Links) -> None:
        self.links = links
        self.made: dict[Held | Ends, End] = {}
        self.listed: tuple[End, ...] | None = None

    def change(self, *changed: Held | Ends) -> None:
        """These are no more as they were listed."""
        self.listed = None
        for each in changed:
            self.made.pop(each, None)

    def change_both(self, held: Held) -> None:
        """Neither end of this socket's connection is as it was listed."""
        self.change(held, held.ends, held.ends[::-1])
        if held.peer:
            self.change(held.peer)

    def change_queues(self) -> None:
        """Connections may have left the queue of a listener."""
        waiting = [each for each, end in self.made.items() if end.keeper == "queue"]
        self.change(*waiting)

    def ends(self) -> tuple[End, ...]:
        """Every end that exists now, in the order it came to be."""
        if self.listed is None:
            links, made = self.links, self.made
            for held in links.open:
                if held not in made:
                    made[held] = _held(links, held)
            ends = [made[held] for held in links.open]
            shown = {(end.local, end.remote) for end in ends if end.state}
            left = [where for where in links.view.now if where not in shown]
            for where in left:
                if where not in made:
                    made[where] = _left(links, links.view.now[where])
            self.listed = (*ends, *(made[where] for where in left))
        return self.listed


def _held(links: Links, held: Held) -> End:
    """The end that an open socket is."""
    sock, view = held.socket, links.view
    local = sock.local if held.placed else None
    remote = sock.remote if held.connected else None
    now = view.now
    state = view.by_socket.get(held.index) or now.get(held.ends)
    state = state or now.get((local, remote))
    end = End(sock.program, sock.name or "a socket", local, remote)
    return _with_queue(links, end, held, state)


def _left(links: Links, state: TcpState) -> End:
    """An end that no open socket is."""
    owner, keeper, view = links.owner(state), "", links.view
    if owner and owner.connected:
        keeper = "system" if state.state in SENT_FIN else "others"
    elif listener := links.listener(state.local):
        accepts = view.by_socket.get(listener.index)
        # Where no connection waits there, something unseen has accepted it.
        keeper = "" if accepts and accepts.waiting == 0 else "queue"
    name = (owner and owner.socket.name) or "a connection"
    program = links.program(state)
    end = End(program, name, state.local, state.remote, keeper=keeper)
    return _with_queue(links, end, owner, state)


def _with_queue(
    links: Links, end: End, held: Held | None, state: TcpState | None
) -> End:
    """The end with what waits in its queue, and as the system has it."""
    where = (state.local, state.remote) if state else (end.local, end.remote)
    queue = links.queue(held, where)
    size = queue.size if queue.whole else None
    if state and state.waiting is not None:
        size = state.waiting
    return replace(
        end,
        local=where[0],
        remote=where[1],
        state=state.state if state else None,
        head=queue.head()[: size or 0],
        waiting=size,
        eof=queue.fin and (state is None or state.state in GOT_FIN),
    )
