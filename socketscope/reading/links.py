"""What the bytes did: whose they were, who has taken them, who closed first.

A recording lists what each program did. Whose `recv` took which bytes, how many
still wait, and which `close` ended a connection has to be worked out by following
the bytes: that is done here, once, for every reader. `Links` is told of the
events in their order, and says what each of them did as an `Effect`.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

from socketscope.reading import calls
from socketscope.reading.calls import Call, Lane
from socketscope.reading.ends import Arrow, Ends, Held, Listing, Mark, Queue, View
from socketscope.recording import Address, Event, Recording, TcpState


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
    peeked: bool = False
    """It only looked at them (`MSG_PEEK`): they are still there."""


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
    stands: str = ""
    """The program closed its socket, but what it was stands, for a `call` of another
    thread on it is not over, or for `something` else uses it."""
    empty: bool = False
    """It was asked to send no bytes over TCP, so that nothing travels."""
    listening: bool = False
    """The socket that is closed is a listener."""
    unseen: bool = False
    """A call that is not recorded may have done it before."""
    served: bool = False
    """Refused, although a program of this recording listens at that port."""
    late: tuple[Arrow, ...] = ()
    """Connections that end by now: nothing uses any more what was closed before."""

    @property
    def all_arrows(self) -> tuple[Arrow, ...]:
        return self.arrows + self.late


NOTHING = Effect()


class Links:
    """All links of a recording, as far as its events have been told."""

    def __init__(self, recording: Recording) -> None:
        self.held = [Held(*each) for each in enumerate(recording.sockets)]
        for event in recording.events:
            copies = calls.role_of(event.call) == calls.COPIES
            if copies and event.new is not None and event.socket is not None:
                # To the operating system, both are the same socket.
                self.held[event.new] = self.held[event.socket]
        self.users = _paired(dict.fromkeys(self.held))
        """The sockets of each end, in the order of their use."""
        _pair_socketpairs(recording, self.held)
        self.bound: dict[int, Held] = {}
        """The first datagram socket at each port."""
        for held in reversed(self.held):
            if held.socket.is_datagram and held.socket.local:
                self.bound[held.socket.local[1]] = held
        self.listeners: dict[int, Held] = {}
        """The first socket that listens, or once did, at each port."""
        self.view = View(recording.events)
        self.open: list[Held] = []
        self.standing: list[Held] = []
        """Closed sockets whose connection is not over."""
        self.busy: Counter[Held] = Counter()
        """How many calls on a socket are not over."""
        self.at = 0
        """Index of the present event."""
        self.lost: set[int] = set()
        """Programs whose calls are not recorded any more."""
        self.listing = Listing(self)

    def look(self, index: int, event: Event) -> list[Mark]:
        """Come to an event: note who acts, and what the operating system sees."""
        self.at = index
        held = None if event.socket is None else self.held[event.socket]
        if held and event.kind == "call":
            held.user = (event.program, event.track)
            self.busy[held] += 1
        reached = self.view.look(event)
        for ends in self.view.changed:
            self._taken_unseen(ends)
        if held and event.kind == "return" and self.busy[held]:
            self.busy[held] -= 1
        for ends, before in self.view.changed.items():
            self.listing.change(ends, *self.users.get(ends, ()))
            now = self.view.now.get(ends)
            waited, wait = before and before.waiting, now and now.waiting
            if ends[1] is None and bool(waited) != bool(wait):
                self.listing.change_queues()
            for state in (before, now):
                if state and state.socket is not None:
                    self.listing.change(self.held[state.socket])
        return [Mark(self.program(state), state.state) for state in reached]

    def act(self, call: Call, waits: bool) -> Effect:
        """What a call does, which is over at this event or (`waits`) begins to."""
        if call.socket is None:
            return NOTHING
        held = self.held[call.socket]
        self.listing.change_both(held)
        if call.role == calls.SENDS:
            failed = call.error is not None and not waits
            return NOTHING if failed else self._send(call, held)
        if call.role == calls.CONNECTS and call.end is not None:
            return self._connect(call, held)
        if not call.worked:
            return NOTHING
        if call.answer.data is not None:
            return self._take(call, held)
        if call.role == calls.CLOSES:
            return self._close(held, call.lane)
        if call.role == calls.SHUTS:
            held.deaf = held.deaf or call.shuts("RD")
            done = self._finish(held, "fin", call.lane) if call.shuts("WR") else NOTHING
            return replace(done, deaf=held.deaf)
        self._change(call, held)
        return NOTHING

    def lose_sight(self, program: int) -> None:
        """From here on it calls what is not recorded: what it takes and sends is
        known from the operating system alone."""
        self.lost.add(program)
        for held in self.open:
            if held.socket.program == program:
                self.listing.change_both(held)
                self._throw_away(held.peer)
                for each in (held, held.peer or held):
                    each.sent.cut += 1

    def leave(self, event: Event) -> Effect:
        """A program ends: the operating system closes what it left open."""
        arrows: tuple[Arrow, ...] = ()
        for held in [*self.open, *self.standing]:
            if held.socket.program != event.program:
                continue
            held.copies = 0
            changed = held.ends in self.view.changed or not self.view.exists
            if event.kind == "gone" or changed:
                arrows += self._close(held, (event.program, event.track)).arrows
        return Effect(arrows, unseen=event.program in self.lost)

    def end_standing(self, event: Event) -> list[Arrow]:
        """What was closed, and still used, is seen to be over by this event. What a
        program leaves when it ends is for `leave`."""
        arrows: list[Arrow] = []
        for held in list(self.standing):
            leaves = event.kind in ("exit", "gone")
            if leaves and event.program == held.socket.program:
                continue
            kind = self.view.how_closed(held.ends, 0)
            if held.ends in self.view.changed and kind:
                self.standing.remove(held)
                arrows += self._finish(held, kind, held.lane).arrows
        return arrows

    def _taken_unseen(self, ends: Ends) -> None:
        """Nothing waits at an end any more, and no call of ours has taken it: it
        was read by something that is not seen, as a forked process, or lost."""
        state, sender = self.view.now.get(ends), self._first(ends[::-1])
        owner = self.owner(state) if state else self._first(ends)
        if (state is None or state.waiting == 0) and not (owner and self.busy[owner]):
            self._throw_away(sender)

    # -- whose an end is ---------------------------------------------------

    def owner(self, state: TcpState) -> Held | None:
        """The socket of an end, also of one that no program holds any more."""
        if state.socket is not None:
            return self.held[state.socket]
        return self._first((state.local, state.remote))

    def _first(self, ends: Ends) -> Held | None:
        """The first socket that had this end."""
        return next(iter(self.users.get(ends, ())), None)

    def listener(self, where: Address | None) -> Held | None:
        """The first socket that listens, or once did, at this address's port."""
        return self.listeners.get(where[1]) if where else None

    def program(self, state: TcpState) -> int:
        """The program of an end, also of one that nobody has accepted."""
        owner = self.owner(state) or self.listener(state.local)
        return owner.socket.program if owner else 0

    def queue(self, held: Held | None, ends: Ends) -> Queue:
        """What waits for a socket, or for an end that nobody has accepted."""
        if held and held.queue:
            return held.queue
        sender = self._first(ends[::-1])
        return sender.sent if sender else Queue()

    def _target(self, held: Held, call: Call | None = None) -> Lane | None:
        """The thread to whose side something travels, as far as is known."""
        peer = held.peer
        where = held.socket.remote or (call.address if call else None)
        listens = self.listener(where)
        # Who is to accept it is nearer to a connection that nobody has used yet.
        other = peer if peer and (peer.user or not listens) else listens
        return other.lane if other else None

    def _waiting(self, known: TcpState | None, held: Held) -> int | None:
        """Bytes that wait at a connected socket: as the operating system has
        it, or else as counted; None where neither is known."""
        peer = held.peer
        if known is not None and known.waiting is not None:
            return known.waiting
        if peer is None or held.ends in self.view.over or not peer.sent.whole:
            return None
        return peer.sent.size

    # -- one call ----------------------------------------------------------

    def _change(self, call: Call, held: Held) -> None:
        """A call that lets nothing travel."""
        if call.role == calls.COPIES:
            held.copies += 1
        elif call.new is not None:
            new = self.held[call.new]
            self._opened(new, connected=True)
            new.user = call.lane
        elif call.role == calls.SERVES or call.name == "socket":
            self._opened(held)
        held.sent.encrypted |= call.role == calls.SECURES
        if call.role in (calls.BINDS, calls.LISTENS, calls.SERVES):
            held.placed = True
            held.listening = held.listening or call.role != calls.BINDS
        if held.listening and held.socket.local:
            self.listeners.setdefault(held.socket.local[1], held)

    def _opened(self, held: Held, connected: bool = False) -> None:
        self.listing.change(held)
        if held not in self.open:
            self.open.append(held)
        if connected:
            held.placed = held.connected = True

    def _connect(self, call: Call, held: Held) -> Effect:
        self._opened(held)
        if held.socket.is_datagram:
            held.placed = True
            return NOTHING  # nothing travels: it only notes the address
        if call.refused:
            target = (0, 0) if call.program != 0 else None
            served = any(held.listens_at(call.address) for held in self.open)
            return Effect((Arrow("refused", call.lane, target),), served=served)
        failed = call.error is not None or (
            call.name == "connect_ex" and call.result not in (None, "0")
        )
        known = self.view.now.get(held.ends)
        made = known.state == "ESTABLISHED" if known else held.peer and call.under_way
        if failed and not made:
            return NOTHING
        self._opened(held, connected=True)
        return Effect((Arrow("connect", call.lane, self._target(held, call)),))

    def _send(self, call: Call, held: Held) -> Effect:
        if held.socket.is_datagram:
            return self._send_datagram(call, held)
        size, data = call.sent_size, call.data[: call.sent_size]
        peer = held.peer
        if call.worked and not size:
            return Effect(empty=True)
        if not call.worked:
            data = data[: self.view.grown(peer.ends)] if peer else b""
        target = self._target(held, call)
        arrow = Arrow("data", call.lane, target, data, size, call.worked)
        if size:
            held.sent.put(arrow)
        there = self._waiting(self.view.now.get(peer.ends), peer) if peer else None
        if peer is None or peer not in self.open:
            self._taken_unseen(held.ends[::-1])  # at once
        arrows = [arrow]
        if self.view.vanished(held.ends):
            # Nobody is left at the other end, and its system says so at once.
            arrows.append(Arrow("rst", target or call.lane, call.lane))
        return Effect(tuple(arrows), room=there is None or there >= held.sent.size)

    def _send_datagram(self, call: Call, held: Held) -> Effect:
        size, data = call.sent_size, call.data[: call.sent_size]
        held.placed = True
        arrow = Arrow("datagram", call.lane, None, data, size)
        to = call.address or held.socket.remote
        other = self.bound.get(to[1]) if to else None
        if other and other is not held:
            self.listing.change(other)
            arrow.target = other.lane
            other.mailbox.put(arrow)
        return Effect((arrow,))

    def _take(self, call: Call, held: Held) -> Effect:
        """A call returned bytes: they leave the queue, and arrows arrive."""
        peek = any("PEEK" in argument for argument in call.arguments)
        queue = held.queue or Queue()
        used: list[Arrow] = []
        sends, over = 0, False
        left: int | None
        if held.socket.is_datagram:
            if queue.arrows and not peek:
                used = [queue.pop()]
            sends = len(used)
            left = queue.size if used else None
        else:
            over = not call.size and call.arguments[:1] != ("0",)
            if not peek:
                used, sends = queue.take(call.size)
            left = self._waiting(self.view.now.get(held.ends), held)
            if left == 0 and not queue.whole:
                used += queue.take(queue.size)[0]  # no more has come
        self._arrived(used, call.lane)
        took = Taken(call.data, call.size, sends, left, over, peek)
        return Effect(took=took, deaf=held.deaf)

    def _arrived(self, arrows: Iterable[Arrow], by: Lane | None) -> None:
        """All that came with these has left the queue at this event."""
        for arrow in arrows:
            arrow.taken = self.at
            arrow.target = by or arrow.target

    def _close(self, held: Held, by: Lane) -> Effect:
        self.listing.change_both(held)
        unread = self._waiting(self.view.before(held.ends), held) or 0
        if held.copies:
            held.copies -= 1
            return Effect(stands="something", listening=held.listening)
        if held in self.open:
            self.open.remove(held)
        if held.listening:
            return Effect(self._drop_queue(held, by), listening=True)
        if not held.connected or held.finished is not None:
            self._throw_away(held.peer)
            return NOTHING
        kind = self.view.how_closed(held.ends, unread)
        if kind is None:
            stands = held.ends in self.view.now
            if stands and held not in self.standing:
                self.standing.append(held)
            by_whom = "call" if self.busy[held] else "something"
            return Effect(stands=by_whom if stands else "")
        self._throw_away(held.peer)
        done = self._finish(held, kind, by)
        return replace(done, unread=unread if kind == "rst" else 0)

    def _throw_away(self, sender: Held | None) -> None:
        """What was sent to a socket that is closed, and not read, is lost."""
        if sender:
            self._arrived(sender.sent.take(sender.sent.size)[0], None)

    def _drop_queue(self, listener: Held, by: Lane) -> tuple[Arrow, ...]:
        """Connections that waited for `accept` end with their listener."""
        arrows = []
        local = listener.socket.local
        for held in self.open:
            _, remote = held.ends
            if not remote or not local or remote[1] != local[1]:
                continue
            if held.peer and held.peer.connected:
                continue  # it was accepted: what ends it is that socket's close
            if self.view.vanished(held.ends):
                self._throw_away(held)
                arrows.append(Arrow("rst", by, held.lane))
        return tuple(arrows)

    def _finish(self, held: Held, kind: str, by: Lane) -> Effect:
        """This side says that no more will come: a FIN, or else an RST."""
        if held.finished is not None:
            return NOTHING
        held.finished, held.sent.fin = by[0], True
        theirs = self.view.before(held.ends[::-1])
        came = theirs is None or theirs.state != "FIN_WAIT_1"  # behind its bytes
        first = held.peer.finished if held.peer and kind == "fin" and came else None
        return Effect((Arrow(kind, by, self._target(held)),), first_close=first)


def _pair_socketpairs(recording: Recording, sockets: list[Held]) -> None:
    """Acquaint the two sockets of each `socketpair`, which one call made."""
    first: dict[Lane, Held] = {}
    forks = any(note.kind == "processes" for note in recording.notes)
    for event in recording.events:
        if event.kind != "return" or event.call != "socket" or event.socket is None:
            continue
        held, lane = sockets[event.socket], (event.program, event.track)
        if held.socket.origin != "socketpair":
            continue
        held.connected = not forks  # else a child may hold what is closed here
        if other := first.pop(lane, None):
            held.peer, other.peer = other, held
        else:
            first[lane] = held


def _paired(sockets: Iterable[Held]) -> dict[Ends, list[Held]]:
    """Acquaint the sockets of each TCP connection; the users of each end.

    Where an address pair was used more than once, the first use of it on one
    side belongs to the first on the other.
    """
    users = defaultdict(list)
    for held in sockets:
        if held.ends != (None, None):
            users[held.ends].append(held)
    for ends, ours in users.items():
        for held, peer in zip(ours, users.get(ends[::-1], ()), strict=False):
            held.peer = peer
    return users
