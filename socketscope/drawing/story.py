"""What the events of a recording mean, taken together.

A recording lists what each program did. Whose `recv` took which bytes, how
many still wait, and which `close` ended a connection has to be worked out by
following the bytes: that is done here, once, for all the drawings.

`tell(recording)` returns one `Moment` for each thing worth showing, in order.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from dataclasses import dataclass, field, replace

from socketscope.recording import Address, Event, Recording, TcpState

KEYBOARD = ("input", "readline", "read", "readlines")
SENDS = ("send", "sendall", "sendto", "sendmsg", "sendfile", "write")
CONNECTS = ("connect", "connect_ex", "create_connection")
REFUSED = ("111", "61", "10061")
"""ECONNREFUSED, as `connect_ex` returns it on Linux, macOS and Windows."""
HEAD = 24
"""Bytes of a receive queue that a drawing may want to show."""

_AFTER_FIN = {"FIN_WAIT_1", "FIN_WAIT_2", "CLOSING", "LAST_ACK", "TIME_WAIT"}
_GOT_FIN = {"CLOSE_WAIT", "CLOSING", "LAST_ACK", "TIME_WAIT"}


@dataclass(frozen=True)
class Mark:
    """A TCP state that one end has just reached."""

    program: int
    state: str
    """As in `TcpState.state`; `CLOSED` once the connection is forgotten."""


@dataclass(frozen=True)
class Arrow:
    """Something that travels from one thread's socket to the other end."""

    kind: str
    """`connect`, `refused`, `data`, `datagram`, `fin` or `rst`."""
    source: tuple[int, int]
    """Program and thread."""
    target: tuple[int, int] | None
    """None where nobody is: a refused connection, an unknown peer."""
    data: bytes = b""
    size: int = 0
    whole: bool = True
    """All of it was sent; else the call failed or never returned, and how much
    of it went is not known (`socket.sendall` in Python's documentation)."""
    moment: int = 0
    """The moment at which it is drawn."""
    taken: int | None = None
    """The moment at which the receiver had taken all of it; None if never."""


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


@dataclass(frozen=True)
class Moment:
    """One thing that happened, with what it did to the network."""

    event: int
    """Index into `Recording.events`; their number for the very end."""
    kind: str
    """`start`, `line`, `call` (over at once, or never answered), `wait`,
    `back` (a call that waited returns), `output`, `thread`, `thread_end`,
    `crash`, `exit`, `gone` or `end`."""
    program: int
    thread: int
    line: int | None = None
    call: str | None = None
    call_event: int | None = None
    """Index of the `call` event that this moment belongs to."""
    arrows: tuple[Arrow, ...] = ()
    took: bytes | None = None
    """What this moment took out of a queue (its first bytes)."""
    took_size: int = 0
    took_sends: int = 0
    """Out of how many sends those bytes came."""
    left: int | None = 0
    """Bytes that wait in that queue now; None where that is not known."""
    room: bool = True
    """What was sent found room in the other end's queue, or that is not known."""
    end_of_file: bool = False
    """`recv` returned it."""
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
    """The socket of this call is a listener."""
    served: bool = False
    """Refused, although a program of this recording listens at that port."""
    marks: tuple[Mark, ...] = ()
    ends: tuple[End, ...] = ()
    waits: tuple[tuple[int, int, int], ...] = ()
    """Everyone who waits now: program, thread, index of the `block` event."""
    outside: bool = False
    """Everyone waits, and what goes on next comes from outside: a key, a
    timer, the start of a program."""


def tell(recording: Recording) -> tuple[Moment, ...]:
    """The moments of this recording in order, the last one its end."""
    return _Teller(recording).moments()


def peers(recording: Recording) -> dict[int, int]:
    """For each connected TCP socket that has one, the socket at the other end.

    Where an address pair was used more than once, the first use of it on one
    side belongs to the first on the other.
    """
    by_pair = defaultdict(list)
    for index, sock in enumerate(recording.sockets):
        if sock.remote and sock.local and sock.type != "SOCK_DGRAM":
            by_pair[sock.local, sock.remote].append(index)
    found: dict[int, int] = {}
    for (local, remote), ours in by_pair.items():
        found.update(zip(ours, by_pair.get((remote, local), ()), strict=False))
    return found


@dataclass
class _Piece:
    """Bytes of one send that are not all taken yet."""

    arrow: int
    data: bytes
    size: int
    whole: bool = True
    """As in `Arrow`."""


@dataclass
class _Stream:
    """What one socket has sent and its peer has not yet taken."""

    pieces: list[_Piece] = field(default_factory=list)
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

    def take(self, size: int) -> list[tuple[int, bool]]:
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


class _Teller:
    """Walks over the events and remembers what it needs on the way."""

    def __init__(self, recording: Recording) -> None:
        self.recording = recording
        self.events = recording.events
        self.peers = peers(recording)
        self.knows_states = any(event.tcp is not None for event in self.events)
        self.answers, self.calls = _pair_calls(self.events)
        self.anchors = self._anchors()
        self.told: list[Moment] = []
        self.arrows: list[Arrow] = []
        self.streams: dict[int, _Stream] = defaultdict(_Stream)
        self.mailboxes: dict[int, list[_Piece]] = defaultdict(list)
        self.tcp: dict[tuple[Address, Address | None], TcpState] = {}
        self.over: set[tuple[Address, Address | None]] = set()  # was seen, is no more
        self.marks: list[Mark] = []
        self.open: list[int] = []
        self.placed: set[int] = set()  # those with an address
        self.connected: set[int] = set()
        self.deaf: set[int] = set()  # shut down for receiving
        self.still_standing: list[int] = []  # closed sockets whose connection is not
        self.listening: set[int] = set()
        self.closed_first: dict[int, int] = {}  # socket -> program
        self.last_user: dict[int, tuple[int, int]] = {}
        self.waits: dict[tuple[int, int], int] = {}

    # --- the walk -----------------------------------------------------------

    def moments(self) -> tuple[Moment, ...]:
        for index, event in enumerate(self.events):
            self._look(event)
            moment = self._moment(index, event)
            if moment is not None:
                self._add(moment)
        final = Moment(len(self.events), "end", 0, 0, waits=self._who_waits())
        self._add(final)
        return tuple(
            replace(moment, arrows=tuple(self.arrows[a.moment] for a in moment.arrows))
            for moment in self.told
        )

    def _add(self, moment: Moment) -> None:
        """Keep a moment, its arrows replaced by where they are kept.

        What becomes of an arrow is known only later, so until the end each
        moment holds place-holders whose `moment` is an index into `arrows`.
        """
        self.told.append(
            replace(
                moment,
                marks=tuple(self.marks),
                ends=self._ends(),
                waits=self._who_waits(),
            )
        )
        self.marks = []

    def _look(self, event: Event) -> None:
        """Note the operating system's view, and what changed in it."""
        self.before = dict(self.tcp)
        if event.tcp is None:
            return
        now = {(state.local, state.remote): state for state in event.tcp}
        for key, state in now.items():
            old = self.tcp.get(key)
            if old is None or old.state != state.state:
                program, _ = self._owner(state)
                self.marks.append(Mark(program, state.state))
        for key, state in self.tcp.items():
            if key not in now and state.remote is not None:
                program, _ = self._owner(state)
                self.marks.append(Mark(program, "CLOSED"))
                self.over.add(key)
        self.tcp = now

    def _moment(self, index: int, event: Event) -> Moment | None:
        here = (event.program, event.thread)
        moment = Moment(index, event.kind, *here, line=event.line, call=event.call)
        if event.kind == "call":
            if event.socket is not None:
                self.last_user[event.socket] = here
            if self.anchors[index] != index:
                return None  # it is shown where it blocks or returns
            return self._act(replace(moment, call_event=index), index)
        if event.kind == "block":
            self.waits[here] = index
            moment = replace(moment, kind="wait", outside=self._nothing_goes_on(index))
            return self._answered(moment, index)
        if event.kind == "return":
            waited = self.waits.pop(here, None) is not None
            call = self.calls.get(index)
            if call is not None and self.anchors[call] == call and not event.error:
                return None  # it was shown where it began
            return self._answered(
                replace(moment, kind="back" if waited else "call"), index
            )
        if event.kind in ("exit", "gone"):
            for waiting in [w for w in self.waits if w[0] == event.program]:
                del self.waits[waiting]
            moment = self._leave(moment, event)
            if event.kind == "gone" and not self.marks and not moment.arrows:
                return None
        elif event.kind in ("crash", "thread_end"):
            self.waits.pop(here, None)
        return moment

    def _answered(self, moment: Moment, index: int) -> Moment:
        """The moment of a `block` or `return`, with what its call did."""
        call = self.calls.get(index)
        if call is None:
            return moment
        asked = self.events[call]
        moment = replace(
            moment,
            call_event=call,
            line=moment.line or asked.line,
            call=moment.call or asked.call,
        )
        return self._act(moment, call)

    def _nothing_goes_on(self, index: int) -> bool:
        """Does only something from outside end the wait that begins here?"""
        for event in self.events[index + 1 :]:
            if event.kind == "return":
                return (
                    event.call in KEYBOARD
                    or event.call == "sleep"
                    or "imed out" in (event.error or "")
                )
            return event.kind == "start"
        return True

    def _anchors(self) -> dict[int, int]:
        """For each call, the event at which what it does is drawn.

        That is its return. But bytes travel as soon as a send that waits for
        room has begun; and where another program saw the effect of a call
        before it returned, the arrow must not come after its effect.
        """
        anchors = {}
        for index, event in enumerate(self.events):
            if event.kind != "call":
                continue
            begins = self.answers.get(index, index)
            ends = self.answers.get(begins)
            if self.events[begins].kind != "block":
                begins, ends = index, self.answers.get(index)
            waits = begins != index
            if ends is None or (waits and event.call in SENDS):
                anchors[index] = begins
                continue
            peer = self.peers.get(-1 if event.socket is None else event.socket)
            seen = peer is not None and any(
                other.kind == "return" and peer in (other.socket, other.new)
                for other in self.events[index + 1 : ends]
            )
            sends = event.call in SENDS or event.call in CONNECTS
            anchors[index] = begins if seen and sends else ends
        return anchors

    # --- one call -----------------------------------------------------------

    def _act(self, moment: Moment, call: int) -> Moment:
        """What a call did to the network, if it is drawn at this moment."""
        asked, answer = self.events[call], self._answer(call)
        sock = asked.socket
        if sock is None and answer is not None:
            sock = answer.socket
        if sock is None:
            return moment
        moment = replace(moment, listening=sock in self.listening)
        if self.anchors[call] != moment.event or answer is None:
            if asked.call in SENDS and self.anchors[call] == moment.event:
                return self._send(moment, sock, asked, answer)
            return moment
        if asked.call in CONNECTS:
            return self._connect(moment, sock, asked, answer)
        if asked.call in SENDS:
            if answer.error is not None and moment.kind != "wait":
                return moment
            return self._send(moment, sock, asked, answer)
        if answer.error is not None:
            return moment
        if answer.data is not None:
            return self._take(moment, sock, asked, answer)
        if answer.new is not None:
            self._created(answer.new, "accept")
            self.last_user[answer.new] = (answer.program, answer.thread)
        elif asked.call == "bind":
            self.placed.add(sock)
        elif asked.call == "listen":
            self.placed.add(sock)
            self.listening.add(sock)
        elif asked.call == "close":
            moment = self._close(moment, sock)
        elif asked.call == "shutdown":
            if shuts(asked, "RD"):
                self.deaf.add(sock)
            moment = replace(moment, deaf=sock in self.deaf)
            if shuts(asked, "WR"):
                moment = self._finish(moment, sock, "fin")
        elif asked.call in ("socket", "create_server"):
            self._created(sock, asked.call)
        return moment

    def _answer(self, call: int) -> Event | None:
        """The `return` of a call, if there is one."""
        index = self.answers.get(call)
        while index is not None and self.events[index].kind == "block":
            index = self.answers.get(index)
        return None if index is None else self.events[index]

    def _created(self, sock: int, call: str | None) -> None:
        if sock not in self.open:
            self.open.append(sock)
        if call in ("accept", *CONNECTS):
            self.placed.add(sock)
            self.connected.add(sock)
        if call == "create_server":
            self.placed.add(sock)
            self.listening.add(sock)

    def _connect(
        self, moment: Moment, sock: int, asked: Event, answer: Event
    ) -> Moment:
        here = (moment.program, moment.thread)
        if sock not in self.open:
            self.open.append(sock)
        if self.recording.sockets[sock].type == "SOCK_DGRAM":
            self.placed.add(sock)
            return moment  # nothing travels: it only notes the address
        code = answer.result if asked.call == "connect_ex" else None
        if "efused" in (answer.error or "") or code in REFUSED:
            target = (0, 0) if moment.program != 0 else None
            moment = replace(moment, served=self._is_served(asked))
            return self._arrow(moment, Arrow("refused", here, target))
        failed = answer.error is not None or code not in (None, "0")
        if failed and not self._is_established(sock):
            return moment
        self._created(sock, asked.call)
        target = self._lane(self.peers.get(sock), asked)
        return self._arrow(moment, Arrow("connect", here, target))

    def _send(
        self, moment: Moment, sock: int, asked: Event, answer: Event | None
    ) -> Moment:
        here = (moment.program, moment.thread)
        data = asked.data or b""
        size = len(data) if asked.size is None else asked.size
        if answer is not None and (answer.result or "").isdigit():
            size = min(size, int(answer.result or "0"))
            data = data[:size]
        if self.recording.sockets[sock].type == "SOCK_DGRAM":
            return self._send_datagram(moment, sock, asked, _Piece(-1, data, size))
        peer = self.peers.get(sock)
        whole = answer is not None and answer.error is None
        if not whole:
            data = data[: self._arrived(peer)]
        arrow = Arrow("data", here, self._lane(peer, asked), data, size, whole)
        moment = self._arrow(moment, arrow)
        if size:
            piece = _Piece(len(self.arrows) - 1, data, size, whole)
            self.streams[sock].pieces.append(piece)
        there = None if peer is None else self._waiting(self.tcp, peer)
        room = there is None or there >= self.streams[sock].size
        moment = replace(moment, room=room)
        pair = self._pair(sock)
        if pair in self.before and pair not in self.tcp:
            # Nobody is left at the other end, and its system says so at once.
            moment = self._arrow(moment, Arrow("rst", arrow.target or here, here))
        return moment

    def _send_datagram(
        self, moment: Moment, sock: int, asked: Event, piece: _Piece
    ) -> Moment:
        here = (moment.program, moment.thread)
        self.placed.add(sock)
        to = self.recording.sockets[sock].remote
        for argument in asked.arguments:
            to = _address_in(argument) or to
        for receiver, other in enumerate(self.recording.sockets):
            if other.type != "SOCK_DGRAM" or receiver == sock:
                continue
            if to and other.local and other.local[1] == to[1]:
                target = self.last_user.get(receiver, (other.program, 0))
                piece.arrow = len(self.arrows)
                self.mailboxes[receiver].append(piece)
                break
        else:
            target = None
        arrow = Arrow("datagram", here, target, piece.data, piece.size)
        return self._arrow(moment, arrow)

    def _take(self, moment: Moment, sock: int, asked: Event, answer: Event) -> Moment:
        """A call returned bytes: they leave the queue, and arrows arrive."""
        data = answer.data or b""
        size = len(data) if answer.size is None else answer.size
        peek = any("PEEK" in argument for argument in asked.arguments)
        here = (moment.program, moment.thread)
        taken: list[tuple[int, bool]] = []
        left: int | None
        over = False
        if self.recording.sockets[sock].type == "SOCK_DGRAM":
            if self.mailboxes[sock] and not peek:
                taken = [(self.mailboxes[sock].pop(0).arrow, True)]
            rest = sum(piece.size for piece in self.mailboxes[sock])
            left = rest if taken else None
        else:
            over = not size and asked.arguments[:1] != ("0",)
            peer = self.peers.get(sock)
            stream = _Stream() if peer is None else self.streams[peer]
            if not peek:
                taken = stream.take(size)
            left = self._waiting(self.tcp, sock)
            if left == 0 and not stream.whole:
                for arrow, _ in stream.take(stream.size):  # no more has come
                    self._taken(arrow, here)
        for arrow, whole in taken:
            if whole:
                self._taken(arrow, here)
        return replace(
            moment,
            took=data,
            took_size=size,
            took_sends=len(taken),
            left=left,
            end_of_file=over,
            deaf=sock in self.deaf,
        )

    def _taken(self, arrow: int, by: tuple[int, int] | None) -> None:
        """All that came with an arrow has left the queue at this moment."""
        now = replace(self.arrows[arrow], taken=len(self.told))
        self.arrows[arrow] = replace(now, target=by) if by else now

    def _arrived(self, sock: int | None) -> int:
        """Bytes by which the queue of a socket was seen to grow."""
        pair = None if sock is None else self._pair(sock)
        if pair not in self.before or pair not in self.tcp:
            return 0
        then, now = self.before[pair].waiting, self.tcp[pair].waiting
        return 0 if then is None or now is None else max(0, now - then)

    def _waiting(
        self, view: dict[tuple[Address, Address | None], TcpState], sock: int
    ) -> int | None:
        """Bytes that wait at a connected socket: as the operating system has
        it, or else as counted; None where neither is known."""
        pair, peer = self._pair(sock), self.peers.get(sock)
        known = view.get(pair) if pair else None
        if known is not None and known.waiting is not None:
            return known.waiting
        if peer is None or pair in self.over or not self.streams[peer].whole:
            return None
        return self.streams[peer].size

    def _close(self, moment: Moment, sock: int) -> Moment:
        moment = replace(moment, listening=sock in self.listening)
        unread = self._waiting(self.before, sock) or 0
        if sock in self.open:
            self.open.remove(sock)
        if sock in self.listening:
            return self._drop_queue(moment, sock)
        if sock not in self.connected or sock in self.closed_first:
            self._throw_away(sock)
            return moment
        kind = self._how_closed(sock, unread)
        if kind is None:
            stands = self._pair(sock) in self.tcp
            if stands and sock not in self.still_standing:
                self.still_standing.append(sock)
            return replace(moment, stands=stands)
        self._throw_away(sock)
        moment = self._finish(moment, sock, kind)
        return replace(moment, unread=unread if kind == "rst" else 0)

    def _throw_away(self, sock: int) -> None:
        """What nobody has read from a socket that is closed is lost."""
        peer = self.peers.get(sock)
        if peer is None:
            return
        for arrow, _ in self.streams[peer].take(self.streams[peer].size):
            self._taken(arrow, None)

    def _drop_queue(self, moment: Moment, listener: int) -> Moment:
        """Connections that waited for `accept` end with their listener."""
        here = (moment.program, moment.thread)
        local = self.recording.sockets[listener].local
        for sock in self.open:
            pair = self._pair(sock)
            if pair is None or local is None or pair[1][1] != local[1]:
                continue
            if pair in self.before and pair not in self.tcp:
                for arrow, _ in self.streams[sock].take(self.streams[sock].size):
                    self._taken(arrow, None)
                moment = self._arrow(moment, Arrow("rst", here, self._lane(sock)))
        return moment

    def _finish(self, moment: Moment, sock: int, kind: str) -> Moment:
        """This side says that no more will come: a FIN, or else an RST."""
        if sock in self.closed_first:
            return moment
        self.closed_first[sock] = moment.program
        here = (moment.program, moment.thread)
        peer = self.peers.get(sock)
        self.streams[sock].fin = True
        pair = self._pair(sock)
        theirs = self.before.get((pair[1], pair[0])) if pair else None
        came = theirs is None or theirs.state != "FIN_WAIT_1"  # behind its bytes
        if peer in self.closed_first and kind == "fin" and came:
            moment = replace(moment, first_close=self.closed_first[peer])
        arrow = Arrow(kind, here, self._lane(peer, sock=sock))
        return self._arrow(moment, arrow)

    def _how_closed(self, sock: int, unread: int) -> str | None:
        """`fin`, `rst`, or None if the connection was over already."""
        if not self.knows_states:
            return "rst" if unread else "fin"
        pair = self._pair(sock)
        if pair is None:
            return None
        mine, theirs = self.tcp.get(pair), self.tcp.get((pair[1], pair[0]))
        if (mine and mine.state in _AFTER_FIN) or (theirs and theirs.state in _GOT_FIN):
            return "fin"
        if mine is None and theirs is None and pair in self.before:
            old = self.before[pair]
            fin_came = old.state in ("CLOSE_WAIT", "LAST_ACK")
            return "fin" if fin_came and not unread else "rst"
        return None

    def _leave(self, moment: Moment, event: Event) -> Moment:
        """A program ends: the operating system closes what it left open."""
        for sock in [*self.open, *self.still_standing]:
            if self.recording.sockets[sock].program != event.program:
                continue
            pair = self._pair(sock)
            changed = pair and self.tcp.get(pair) != self.before.get(pair)
            if event.kind == "gone" or changed or not self.knows_states:
                moment = self._close(moment, sock)
        return replace(moment, unread=0)

    def _arrow(self, moment: Moment, arrow: Arrow) -> Moment:
        self.arrows.append(replace(arrow, moment=len(self.told)))
        place = replace(arrow, moment=len(self.arrows) - 1)
        return replace(moment, arrows=(*moment.arrows, place))

    def _lane(
        self, peer: int | None, asked: Event | None = None, sock: int | None = None
    ) -> tuple[int, int] | None:
        """The thread to whose side something travels, as far as is known."""
        if peer is not None:
            return self.last_user.get(peer, (self.recording.sockets[peer].program, 0))
        if sock is None and asked is not None:
            sock = asked.socket
        remote = None if sock is None else self.recording.sockets[sock].remote
        if remote is None and asked is not None and asked.arguments:
            remote = _address_in(asked.arguments[0])
        for listener in self.listening:
            held = self.recording.sockets[listener]
            if held.local and remote and held.local[1] == remote[1]:
                return self.last_user.get(listener, (held.program, 0))
        return None

    def _is_served(self, connect: Event) -> bool:
        """Does a program of this recording listen at the port that is asked for?"""
        where = _address_in(connect.arguments[0]) if connect.arguments else None
        local = [self.recording.sockets[i].local for i in self.listening & {*self.open}]
        return where is not None and where[1] in [own[1] for own in local if own]

    # --- the operating system's side ----------------------------------------

    def _is_established(self, sock: int) -> bool:
        pair = self._pair(sock)
        known = self.tcp.get(pair) if pair else None
        return known is not None and known.state == "ESTABLISHED"

    def _pair(self, sock: int) -> tuple[Address, Address] | None:
        held = self.recording.sockets[sock]
        return (held.local, held.remote) if held.local and held.remote else None

    def _owner(self, state: TcpState) -> tuple[int, int | None]:
        """Program and socket of an end, also of one nobody holds."""
        ends = (state.local, state.remote)
        index = state.socket
        if index is None and state.remote is not None:
            places = [(sock.local, sock.remote) for sock in self.recording.sockets]
            index = places.index(ends) if ends in places else None
        if index is not None:
            return self.recording.sockets[index].program, index
        for listener in self.listening:
            local = self.recording.sockets[listener].local
            if local and local[1] == state.local[1]:
                return self.recording.sockets[listener].program, None
        return 0, None

    def _ends(self) -> tuple[End, ...]:
        """Every end that exists now, in the order it came to be."""
        ends = []
        shown = set()
        for index in self.open:
            sock = self.recording.sockets[index]
            known = self._state_of(index)
            local = sock.local if index in self.placed else None
            remote = sock.remote if index in self.connected else None
            if known:
                shown.add((known.local, known.remote))
                local, remote = known.local, known.remote
            end = End(sock.program, sock.name or "a socket", local, remote)
            ends.append(self._with_queue(end, index, known))
        for key, state in self.tcp.items():
            if key in shown:
                continue
            program, owner = self._owner(state)
            name = None if owner is None else self.recording.sockets[owner].name
            keeper = self._keeper(state, owner)
            end = End(program, name or "a connection", *key, keeper=keeper)
            ends.append(self._with_queue(end, owner, state))
        return tuple(ends)

    def _keeper(self, state: TcpState, owner: int | None) -> str:
        """Who has an end that no program of the recording holds."""
        if owner in self.connected:
            return "system" if state.state in _AFTER_FIN else "others"
        ports = [self.recording.sockets[i].local for i in self.listening]
        return "queue" if state.local[1] in [p[1] for p in ports if p] else ""

    def _state_of(self, index: int) -> TcpState | None:
        for state in self.tcp.values():
            if state.socket == index:
                return state
        pair = self._pair(index)
        return self.tcp.get(pair) if pair else None

    def _with_queue(self, end: End, sock: int | None, known: TcpState | None) -> End:
        peer = None if sock is None else self.peers.get(sock)
        size: int | None = 0
        head, fin = b"", False
        if peer is None and end.remote and end.local:
            for other in self.streams:
                if self._pair(other) == (end.remote, end.local):
                    peer = other
        if peer is not None:
            stream = self.streams[peer]
            size = stream.size if stream.whole else None
            head = stream.head()
            fin = stream.fin and (known is None or known.state in _GOT_FIN)
        elif sock is not None and self.mailboxes[sock]:
            size = sum(piece.size for piece in self.mailboxes[sock])
            head = b"".join(piece.data for piece in self.mailboxes[sock])[:HEAD]
        if known is not None and known.waiting is not None:
            size = known.waiting
        state = known.state if known else None
        return replace(end, state=state, head=head[: size or 0], waiting=size, eof=fin)

    def _who_waits(self) -> tuple[tuple[int, int, int], ...]:
        return tuple((p, t, block) for (p, t), block in sorted(self.waits.items()))


def _pair_calls(events: tuple[Event, ...]) -> tuple[dict[int, int], dict[int, int]]:
    """Which event answers a call, and to which call a block or return belongs.

    The answer of a call is its `block` or its `return`, and the answer of a
    `block` its `return`. Calls of one thread may be nested.
    """
    answers: dict[int, int] = {}
    calls: dict[int, int] = {}
    stacks: dict[tuple[int, int], list[int]] = defaultdict(list)
    blocked: dict[tuple[int, int], int] = {}
    for index, event in enumerate(events):
        here = (event.program, event.thread)
        stack = stacks[here]
        if event.kind == "call":
            stack.append(index)
        elif event.kind == "block" and stack:
            answers[stack[-1]] = index
            calls[index] = stack[-1]
            blocked[here] = index
        elif event.kind == "return" and stack:
            call = stack.pop()
            calls[index] = call
            answers[blocked.pop(here, call)] = index
    return answers, calls


def shuts(shutdown: Event, direction: str) -> bool:
    """Does this `shutdown` end receiving (`RD`) or sending (`WR`)?"""
    how = shutdown.arguments[0].rpartition("SHUT_")[2] if shutdown.arguments else ""
    return direction in {"0": "RD", "1": "WR", "2": "RDWR"}.get(how, how)


def _address_in(argument: str) -> Address | None:
    """The address that an argument of a call shows, if it is one."""
    try:
        value = ast.literal_eval(argument)
    except (ValueError, SyntaxError):
        return None
    if isinstance(value, tuple) and len(value) >= 2 and isinstance(value[1], int):
        return str(value[0]), value[1]
    return None
