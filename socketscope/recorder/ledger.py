"""The ledger: sockets, ports, and what the operating system saw, event by event."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from socketscope.reading import calls
from socketscope.recorder import kernel
from socketscope.recorder.world import World
from socketscope.recording import Address, Event, Socket, TcpState

SETTLE = 0.5
"""Seconds that the operating system may take to deliver what was sent."""
ACKNOWLEDGING = 1.0
"""Seconds that a whole recording waits for a FIN to be acknowledged."""
FIRST_CLIENT_PORT = 50001

QUIET = frozenset(
    (
        *(calls.OPENS, calls.BINDS, calls.SETS, calls.ASKS),
        *(calls.KEYBOARD, calls.SLEEPS, calls.SELECTS, calls.SYNCHRONISES),
    )
)
"""Roles of calls after which the operating system's view is the same as before."""
MOVES = frozenset((calls.SENDS, calls.RECEIVES))
"""Roles of calls that change queues, and no state."""


class Ports:
    """The real ports, and the numbers under which all get to see them."""

    def __init__(self, real: bool | None) -> None:
        self.real = bool(real)
        """Ports are shown as they are."""
        self.decided = real is not None
        """Nothing that is seen changes that."""
        self.mapped: list[int] = []
        """Ports that programs named and free ones stood in for."""
        self._news: list[tuple[int, int]] = []
        """Every shown port with the real one, in the order they became known."""
        self._told: dict[int, int] = {}
        """How many of them each program has been told."""
        self._shown: dict[int, int] = {}
        self._next = FIRST_CLIENT_PORT

    def map(self, shown: int, real: int) -> None:
        """A program bound `real` for the port that it calls `shown`."""
        self._add(shown, real)
        if shown not in self.mapped:
            self.mapped.append(shown)

    def name(self, real: int) -> None:
        """Give a port that the operating system chose a number that lasts."""
        if real not in self._shown and not self.real:
            self._add(self._next, real)
            self._next += 1

    def shown(self, address: Address) -> Address:
        return (address[0], self._shown.get(address[1], address[1]))

    def _add(self, shown: int, real: int) -> None:
        self._shown[real] = shown
        self._news.append((shown, real))

    def news_for(self, program: int) -> list[tuple[int, int]]:
        """What it does not know yet: pairs of a shown port and the real one."""
        news = self._news[self._told.get(program, 0) :]
        self._told[program] = len(self._news)
        return news


@dataclass
class Held:
    """A socket of the recording, with its real addresses."""

    shown: Socket
    local: Address | None = None
    remote: Address | None = None

    @property
    def ends(self) -> Any:
        """Of the operating system's connection that it is."""
        return self.local, self.remote


class Ledger:
    """What a recording holds so far, apart from the programs."""

    def __init__(self, world: World, real_ports: bool | None, settles: bool) -> None:
        self.world = world
        self.ports = Ports(real_ports)
        self.sockets: list[Held] = []
        self.stuck: frozenset[kernel.Ends] = frozenset()
        """From where something was still on its way after `SETTLE` seconds."""
        self.unsettled = 0
        """How often that was so."""
        self._settles = settles
        self._acknowledging = ACKNOWLEDGING
        self._events: list[tuple[int, Event]] = []
        self._held: dict[kernel.Ends, list[int]] = {}
        """The ends that programs hold, each with its sockets (`dup` makes more)."""
        self._pairs: set[kernel.Ends] = set()
        """Both ends of every connection that may exist."""
        self._seen: dict[kernel.Ends, TcpState] = {}
        """Every end as the operating system was last seen to have it."""

    def record(self, event: Event, at: int) -> bool:
        """Add what happened at `at` nanoseconds, with a look at TCP after it.

        Returns whether something changed between the programs.
        """
        changed = self._may_have_changed(event)
        if changed and self._can_be_seen(event):
            event = replace(event, tcp=self._look(self._concerned(event)))
            changed = event.tcp is not None
        self._events.append((at, event))
        return changed

    def look_again(self) -> bool:
        """See how all ends stand after the last event; whether anything changed."""
        if not self._events or not self.world.source:
            return False
        tcp = self._look(self._all())
        if tcp is not None:
            at, last = self._events[-1]
            self._events[-1] = at, replace(last, tcp=(*(last.tcp or ()), *tcp))
        return tcp is not None

    def events(self, by_time: bool) -> tuple[Event, ...]:
        """The events as they were told, or by the clocks of who told them."""
        events = [event for _, event in self._events]
        if not by_time:
            return tuple(events)
        order = sorted(range(len(events)), key=lambda told: self._events[told][0])
        place = {told: at for at, told in enumerate(order)}
        # What was seen one after the other stays so.
        seen: list[tuple[TcpState, ...]] = [()] * len(events)
        last = 0
        for told, event in enumerate(events):
            if event.tcp is not None:
                last = max(last, place[told])
                seen[last] += event.tcp
        return tuple(
            replace(events[told], tcp=seen[at] or None) for at, told in enumerate(order)
        )

    # -- sockets ------------------------------------------------------------

    def add_socket(self, program: int, **fields: Any) -> int:
        """Note a new socket; returns its number in the recording."""
        self.sockets.append(Held(Socket(program, **fields)))
        return len(self.sockets) - 1

    def name_socket(self, number: int, name: str) -> None:
        held = self.sockets[number]
        held.shown = replace(held.shown, name=name)

    def place_socket(self, number: int, local: Any, remote: Any) -> None:
        """Note between which real addresses a socket stands."""
        held = self.sockets[number]
        self.let_go(number)
        held.local, held.remote = _plain(local), _plain(remote)
        if held.local is not None:
            self.ports.name(held.local[1])
            self._held.setdefault(held.ends, []).append(number)
            if held.remote is not None:
                self._pairs |= {held.ends, held.ends[::-1]}
        if held.remote is not None and kernel.is_loopback(held.remote[0]):
            self.ports.name(held.remote[1])
        held.shown = replace(
            held.shown,
            local=held.local and self.ports.shown(held.local),
            remote=held.remote and self.ports.shown(held.remote),
        )

    def let_go(self, number: int) -> None:
        """Its program holds this socket no more."""
        ends = self.sockets[number].ends
        holders = self._held.get(ends, [])
        if number in holders:
            holders.remove(number)
        if not holders:
            self._held.pop(ends, None)

    # -- the operating system's view ---------------------------------------

    @staticmethod
    def _may_have_changed(event: Event) -> bool:
        if event.kind in ("return", "block"):
            return event.socket is not None and calls.role_of(event.call) not in QUIET
        return event.kind == "gone"

    def _can_be_seen(self, event: Event) -> bool:
        """Whether there is a source that shows what such an event changes."""
        source, number = self.world.source, event.socket
        if isinstance(source, kernel.PsUtil) and calls.role_of(event.call) in MOVES:
            return False
        is_tcp = number is None or self.sockets[number].shown.is_tcp
        return source is not None and is_tcp

    def _all(self) -> set[kernel.Ends]:
        # Of a pair, the other end may wait to be accepted; and both may be left
        # over when the programs have let go of them.
        return self._pairs | self._held.keys() | self._seen.keys()

    def _concerned(self, event: Event) -> set[kernel.Ends]:
        """The ends that an event can have changed: of its sockets, and the
        listener's whose queue they are in, or were."""
        if event.socket is None:
            return self._all()
        wanted: set[kernel.Ends] = set()
        for number in (event.socket, event.new):
            held = None if number is None else self.sockets[number]
            if held is None or held.local is None:
                continue
            if held.remote is None and event.call == "close":
                return self._all()  # whoever is in its queue, too
            wanted.add(held.ends)
            if held.remote is not None:
                wanted.add(held.ends[::-1])
                wanted |= self._listening(held.local[1], held.remote[1])
        return wanted

    def _listening(self, *ports: int) -> set[kernel.Ends]:
        return {e for e in self._held if e[1] is None and e[0][1] in ports}

    def _look(self, wanted: set[kernel.Ends]) -> tuple[TcpState, ...] | None:
        """The ends among these that changed since they were seen; None if none did."""
        found = {(c.local, c.remote): c for c in self._settled(wanted)}
        changed = []
        for ends in wanted:
            before, now = self._seen.pop(ends, None), None
            if ends in found:
                now = self._seen[ends] = self._state(found[ends])
            elif before is not None:
                now = replace(before, state="CLOSED", waiting=None, socket=None)
                self._pairs.discard(ends)
            if now is not None and now != before:
                changed.append(now)
        changed.sort(key=lambda state: (state.local, state.remote or ("", 0)))
        return tuple(changed) or None

    def _state(self, found: kernel.Connection) -> TcpState:
        return TcpState(
            self.ports.shown(found.local),
            found.remote and self.ports.shown(found.remote),
            found.state,
            found.waiting,
            self._held.get((found.local, found.remote), [None])[-1],
        )

    def _settled(self, wanted: set[kernel.Ends]) -> list[kernel.Connection]:
        """These ends, once all that was sent between them has arrived."""
        assert self.world.source is not None
        until = self.world.now() + SETTLE
        pause = 0.001
        while True:
            found = self.world.source(wanted)
            in_flight = kernel.in_flight(found, self._acknowledging > 0)
            self.stuck -= wanted - in_flight  # what has settled is waited for again
            moving = in_flight - self.stuck
            if not moving or not self._settles:
                return found
            if self.world.now() > until:
                # It will not settle soon, so do not wait for it again.
                self.stuck |= moving
                self.unsettled += 1
                return found
            self.world.pause(pause)
            if not kernel.in_flight(found, False):
                self._acknowledging -= pause
            pause = min(pause * 2, 0.008)


def _plain(address: Any) -> Address | None:
    return address and (kernel.plain_host(address[0]), address[1])
