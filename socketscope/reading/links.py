"""What the bytes did: whose they were, who has taken them, who closed first.

A recording lists what each program did. Whose `recv` took which bytes, how many
still wait, and which `close` ended a connection has to be worked out by following
the bytes: that is done here, once, for every reader. `Links` is told of the
events in their order, and says what each of them did as an `Effect`.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace

from socketscope.reading import calls
from socketscope.reading.calls import Call
from socketscope.reading.ends import HEAD, Ends, Mark, View, owner_of
from socketscope.recording import Address, Event, Recording, TcpState

Lane = tuple[int, int]
"""A program and one of its threads."""


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


@dataclass(frozen=True)
class Taken:
    """Bytes that a call took out of a queue."""

    data: bytes
    """The first of them."""
    size: int
    sends: int
    """Out of how many sends they came."""
    left: int | None
    """Bytes that wait in that queue now; None where that is not known."""
    end_of_file: bool = False
    """It was told that there will be no more."""


@dataclass(frozen=True)
class Effect:
    """What a call, or the end of a program, did to the links."""

    arrows: tuple[Arrow, ...] = ()
    took: Taken | None = None
    room: bool = True
    """What was sent found room in the other end's queue, or that is not known."""
    deaf: bool = False
    """The program itself has shut down receiving on this socket."""
    first_close: int | None = None
    """The program whose side closed first, where this closes the second."""
    unread: int = 0
    """Bytes that a `close` threw away unread; 0 also where it is not known."""
    stands: bool = False
    """The program closed its socket, but the connection stands: another
    thread waits in a call on it, or it was duplicated."""
    listening: bool = False
    """The socket that is closed is a listener."""
    served: bool = False
    """Refused, although a program of this recording listens at that port."""


NOTHING = Effect()


def peers(recording: Recording) -> dict[int, int]:
    """For each connected TCP socket that has one, the socket at the other end.

    Where an address pair was used more than once, the first use of it on one
    side belongs to the first on the other.
    """
    by_pair = defaultdict(list)
    for index, sock in enumerate(recording.sockets):
        if sock.remote and sock.local and not sock.is_datagram:
            by_pair[sock.local, sock.remote].append(index)
    found: dict[int, int] = {}
    for (local, remote), ours in by_pair.items():
        found.update(zip(ours, by_pair.get((remote, local), ()), strict=False))
    return found


@dataclass
class Piece:
    """Bytes of one send that are not all taken yet."""

    arrow: Arrow
    data: bytes
    size: int
    whole: bool = True
    """As in `Arrow`."""


@dataclass
class Stream:
    """What one TCP socket has sent and its peer has not yet taken."""

    pieces: list[Piece] = field(default_factory=list)
    fin: bool = False

    @property
    def whole(self) -> bool:
        return all(piece.whole for piece in self.pieces)

    @property
    def size(self) -> int:
        """At most so many bytes, and exactly if all are `whole`."""
        return sum(piece.size for piece in self.pieces)

    def head(self) -> bytes:
        head = b""
        for piece in self.pieces:
            if not piece.whole and piece is not self.pieces[-1]:
                break  # where in it the next piece begins is not known
            head += piece.data
            if len(piece.data) < piece.size:
                break  # the recording kept only the first bytes of it
        return head[:HEAD]

    def take(self, size: int) -> list[tuple[Arrow, bool]]:
        """Take bytes; the arrows they came with, and whether wholly taken."""
        arrows = []
        while size > 0 and self.pieces:
            piece = self.pieces[0]
            part = min(size, piece.size)
            size -= part
            piece.size -= part
            piece.data = piece.data[part:]
            arrows.append((piece.arrow, piece.size == 0))
            if piece.size == 0:
                self.pieces.pop(0)
        return arrows


@dataclass
class Holding:
    """What is known of one socket so far."""

    stream: Stream = field(default_factory=Stream)
    """What it has sent."""
    mailbox: list[Piece] = field(default_factory=list)
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


class Links:
    """All links of a recording, as far as its events have been told."""

    def __init__(self, recording: Recording) -> None:
        self.sockets = recording.sockets
        self.peers = peers(recording)
        self.view = View(recording.events)
        self.held: dict[int, Holding] = defaultdict(Holding)
        self.open: list[int] = []
        self.standing: list[int] = []
        """Closed sockets whose connection is not over."""
        self.at = 0
        """Index of the present event."""

    def look(self, index: int, event: Event) -> list[Mark]:
        """Come to an event: note who acts, and what the operating system sees."""
        self.at = index
        reached = self.view.look(event)
        if event.kind == "call" and event.socket is not None:
            self.held[event.socket].user = (event.program, event.thread)
        return [Mark(owner_of(self, end)[0], state) for end, state in reached]

    def act(self, call: Call, waits: bool) -> Effect:
        """What a call does, which is over at this event or (`waits`) begins to."""
        sock = call.socket
        if sock is None:
            return NOTHING
        if call.role == calls.SENDS:
            failed = call.error is not None and not waits
            return NOTHING if failed else self._send(call, sock)
        if call.answer is None:
            return NOTHING
        if call.role == calls.CONNECTS:
            return self._connect(call, sock)
        if call.error is not None:
            return NOTHING
        if call.answer.data is not None:
            return self._take(call, sock)
        if call.role == calls.CLOSES:
            return self._close(sock, (call.program, call.thread))
        if call.role == calls.SHUTS:
            return self._shut(call, sock)
        self._change(call, sock)
        return NOTHING

    def leave(self, event: Event) -> Effect:
        """A program ends: the operating system closes what it left open."""
        arrows: tuple[Arrow, ...] = ()
        for sock in [*self.open, *self.standing]:
            if self.sockets[sock].program != event.program:
                continue
            ends = self.pair(sock)
            changed = ends and self.view.now.get(ends) != self.view.before.get(ends)
            if event.kind == "gone" or changed or not self.view.exists:
                closed = self._close(sock, (event.program, event.thread))
                arrows += closed.arrows
        return Effect(arrows)

    # -- one call ----------------------------------------------------------

    def _change(self, call: Call, sock: int) -> None:
        """A call that lets nothing travel."""
        held = self.held[sock]
        if call.new is not None:
            self._opened(call.new, connected=True)
            self.held[call.new].user = (call.program, call.thread)
        elif call.role in (calls.BINDS, calls.LISTENS):
            held.placed = True
            held.listening = held.listening or call.role == calls.LISTENS
        elif call.role == calls.SERVES:
            self._opened(sock)
            held.placed = held.listening = True
        elif call.name == "socket":
            self._opened(sock)

    def _opened(self, sock: int, connected: bool = False) -> None:
        if sock not in self.open:
            self.open.append(sock)
        if connected:
            self.held[sock].placed = self.held[sock].connected = True

    def _connect(self, call: Call, sock: int) -> Effect:
        here = (call.program, call.thread)
        self._opened(sock)
        if self.sockets[sock].is_datagram:
            self.held[sock].placed = True
            return NOTHING  # nothing travels: it only notes the address
        if call.refused:
            target = (0, 0) if call.program != 0 else None
            arrow = Arrow("refused", here, target)
            return Effect((arrow,), served=self._is_served(call.address))
        failed = call.error is not None or (
            call.name == "connect_ex" and call.result not in (None, "0")
        )
        known = self.view.now.get(self.pair(sock) or (("", 0), None))
        if failed and not (known and known.state == "ESTABLISHED"):
            return NOTHING
        self._opened(sock, connected=True)
        return Effect((Arrow("connect", here, self._lane(sock, call)),))

    def _send(self, call: Call, sock: int) -> Effect:
        size, data = call.sent_size, call.data[: call.sent_size]
        if self.sockets[sock].is_datagram:
            return self._send_datagram(call, sock, data, size)
        here, peer = (call.program, call.thread), self.peers.get(sock)
        if not call.worked:
            data = data[: self.view.grown(self.pair(peer))]
        arrow = Arrow("data", here, self._lane(sock, call), data, size, call.worked)
        stream = self.held[sock].stream
        if size:
            stream.pieces.append(Piece(arrow, data, size, call.worked))
        there = None if peer is None else self._waiting(self.view.now, peer)
        arrows = [arrow]
        if self.view.vanished(self.pair(sock)):
            # Nobody is left at the other end, and its system says so at once.
            arrows.append(Arrow("rst", arrow.target or here, here))
        return Effect(tuple(arrows), room=there is None or there >= stream.size)

    def _send_datagram(self, call: Call, sock: int, data: bytes, size: int) -> Effect:
        self.held[sock].placed = True
        here = (call.program, call.thread)
        arrow = Arrow("datagram", here, None, data, size)
        to = call.address or self.sockets[sock].remote
        for receiver, other in enumerate(self.sockets):
            if not other.is_datagram or receiver == sock:
                continue
            if to and other.local and other.local[1] == to[1]:
                arrow.target = self._user(receiver)
                self.held[receiver].mailbox.append(Piece(arrow, data, size))
                break
        return Effect((arrow,))

    def _take(self, call: Call, sock: int) -> Effect:
        """A call returned bytes: they leave the queue, and arrows arrive."""
        peek = any("PEEK" in argument for argument in call.arguments)
        here = (call.program, call.thread)
        held = self.held[sock]
        taken: list[tuple[Arrow, bool]] = []
        left: int | None
        over = False
        if self.sockets[sock].is_datagram:
            if held.mailbox and not peek:
                taken = [(held.mailbox.pop(0).arrow, True)]
            rest = sum(piece.size for piece in held.mailbox)
            left = rest if taken else None
        else:
            over = not call.size and call.arguments[:1] != ("0",)
            peer = self.peers.get(sock)
            stream = Stream() if peer is None else self.held[peer].stream
            if not peek:
                taken = stream.take(call.size)
            left = self._waiting(self.view.now, sock)
            if left == 0 and not stream.whole:
                for arrow, _ in stream.take(stream.size):  # no more has come
                    self._arrived(arrow, here)
        for arrow, whole in taken:
            if whole:
                self._arrived(arrow, here)
        took = Taken(call.data, call.size, len(taken), left, over)
        return Effect(took=took, deaf=held.deaf)

    def _arrived(self, arrow: Arrow, by: Lane | None) -> None:
        """All that came with an arrow has left the queue at this event."""
        arrow.taken = self.at
        arrow.target = by or arrow.target

    def _shut(self, call: Call, sock: int) -> Effect:
        held = self.held[sock]
        held.deaf = held.deaf or call.shuts("RD")
        if not call.shuts("WR"):
            return Effect(deaf=held.deaf)
        done = self._finish(sock, "fin", (call.program, call.thread))
        return replace(done, deaf=held.deaf)

    def _close(self, sock: int, by: Lane) -> Effect:
        held = self.held[sock]
        unread = self._waiting(self.view.before, sock) or 0
        if sock in self.open:
            self.open.remove(sock)
        if held.listening:
            return Effect(self._drop_queue(sock, by), listening=True)
        if not held.connected or held.finished is not None:
            self._throw_away(sock)
            return NOTHING
        kind = self.view.how_closed(self.pair(sock), unread)
        if kind is None:
            stands = self.pair(sock) in self.view.now
            if stands and sock not in self.standing:
                self.standing.append(sock)
            return Effect(stands=stands)
        self._throw_away(sock)
        done = self._finish(sock, kind, by)
        return replace(done, unread=unread if kind == "rst" else 0)

    def _throw_away(self, sock: int) -> None:
        """What nobody has read from a socket that is closed is lost."""
        if sock in self.peers:
            stream = self.held[self.peers[sock]].stream
            for arrow, _ in stream.take(stream.size):
                self._arrived(arrow, None)

    def _drop_queue(self, listener: int, by: Lane) -> tuple[Arrow, ...]:
        """Connections that waited for `accept` end with their listener."""
        arrows = []
        local = self.sockets[listener].local
        for sock in self.open:
            ends = self.pair(sock)
            if ends is None or local is None or ends[1][1] != local[1]:
                continue
            if self.view.vanished(ends):
                stream = self.held[sock].stream
                for arrow, _ in stream.take(stream.size):
                    self._arrived(arrow, None)
                arrows.append(Arrow("rst", by, self._user(sock)))
        return tuple(arrows)

    def _finish(self, sock: int, kind: str, by: Lane) -> Effect:
        """This side says that no more will come: a FIN, or else an RST."""
        held = self.held[sock]
        if held.finished is not None:
            return NOTHING
        held.finished, held.stream.fin = by[0], True
        peer, ends = self.peers.get(sock), self.pair(sock)
        theirs = self.view.before.get((ends[1], ends[0])) if ends else None
        came = theirs is None or theirs.state != "FIN_WAIT_1"  # behind its bytes
        first = self.held[peer].finished if peer is not None else None
        arrow = Arrow(kind, by, self._lane(sock))
        return Effect((arrow,), first_close=first if kind == "fin" and came else None)

    # -- the other end -----------------------------------------------------

    def _user(self, sock: int) -> Lane:
        return self.held[sock].user or (self.sockets[sock].program, 0)

    def _lane(self, sock: int, call: Call | None = None) -> Lane | None:
        """The thread to whose side something travels, as far as is known."""
        if sock in self.peers:
            return self._user(self.peers[sock])
        remote = self.sockets[sock].remote
        if remote is None and call is not None:
            remote = call.address
        for listener, held in self.held.items():
            local = self.sockets[listener].local
            if held.listening and local and remote and local[1] == remote[1]:
                return self._user(listener)
        return None

    def _is_served(self, where: Address | None) -> bool:
        """Does a program of this recording listen at the port that is asked for?"""
        locals_ = [self.sockets[i].local for i in self.open if self.held[i].listening]
        return where is not None and where[1] in [own[1] for own in locals_ if own]

    def pair(self, sock: int | None) -> tuple[Address, Address] | None:
        held = None if sock is None else self.sockets[sock]
        return (
            (held.local, held.remote) if held and held.local and held.remote else None
        )

    def _waiting(self, view: dict[Ends, TcpState], sock: int) -> int | None:
        """Bytes that wait at a connected socket: as the operating system has
        it, or else as counted; None where neither is known."""
        ends, peer = self.pair(sock), self.peers.get(sock)
        known = view.get(ends) if ends else None
        if known is not None and known.waiting is not None:
            return known.waiting
        if peer is None or ends in self.view.over or not self.held[peer].stream.whole:
            return None
        return self.held[peer].stream.size
