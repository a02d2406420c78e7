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
FIRST_CLIENT_PORT = 50001

QUIET = frozenset(
    (
        *(calls.OPENS, calls.BINDS, calls.SETS, calls.ASKS),
        *(calls.KEYBOARD, calls.SLEEPS, calls.SELECTS, calls.SYNCHRONISES),
    )
)
"""Roles of calls after which the operating system's view is the same as before."""


class Ports:
    """The real ports, and the numbers under which all get to see them."""

    def __init__(self, real: bool) -> None:
        self.real = real
        """Ports are shown as they are."""
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
    open: bool = True


class Ledger:
    """What a recording holds so far, apart from the programs."""

    def __init__(self, world: World, real_ports: bool, settles: bool) -> None:
        self.world = world
        self.ports = Ports(real_ports)
        self.sockets: list[Held] = []
        self._settles = settles
        self._events: list[tuple[int, Event]] = []
        self._pairs: set[tuple[Address, Address]] = set()
        self._tcp: tuple[TcpState, ...] = ()
        self.stuck: frozenset[kernel.Ends] = frozenset()
        """From where something was still on its way even after that."""
        self.unsettled = 0
        """How often something was still on its way after `SETTLE` seconds."""

    def record(self, event: Event, at: int) -> bool:
        """Add what happened at `at` nanoseconds, with a look at TCP after it.

        Returns whether something changed between the programs.
        """
        changed = self._may_have_changed(event)
        source = self.world.source
        if changed and source is not None and self._is_tcp(event.socket):
            event = replace(event, tcp=self._look(source))
            changed = event.tcp is not None
        self._events.append((at, event))
        return changed

    def events(self, by_time: bool) -> tuple[Event, ...]:
        """The events as they were told, or by the clocks of who told them."""
        events = self._events
        if by_time:
            events = sorted(events, key=lambda timed: timed[0])
        return tuple(event for _, event in events)

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
        held.local, held.remote = _plain(local), _plain(remote)
        if held.local is not None:
            self.ports.name(held.local[1])
            if held.remote is not None:
                pair = (held.local, held.remote)
                self._pairs |= {pair, pair[::-1]}
        if held.remote is not None and kernel.is_loopback(held.remote[0]):
            self.ports.name(held.remote[1])
        held.shown = replace(
            held.shown,
            local=held.local and self.ports.shown(held.local),
            remote=held.remote and self.ports.shown(held.remote),
        )

    # -- the operating system's view ---------------------------------------

    @staticmethod
    def _may_have_changed(event: Event) -> bool:
        if event.kind in ("return", "block"):
            return event.socket is not None and calls.role_of(event.call) not in QUIET
        return event.kind == "gone"

    def _is_tcp(self, number: int | None) -> bool:
        return number is None or self.sockets[number].shown.is_tcp

    def _look(self, source: kernel.Source) -> tuple[TcpState, ...] | None:
        """What the operating system sees now; None if nothing changed."""
        tcp = tuple(
            sorted(
                (
                    TcpState(
                        self.ports.shown(c.local),
                        c.remote and self.ports.shown(c.remote),
                        c.state,
                        c.waiting,
                        number,
                    )
                    for c, number in self._settled(source)
                ),
                key=lambda state: (state.local, state.remote or ("", 0)),
            )
        )
        if tcp == self._tcp:
            return None
        self._tcp = tcp
        return tcp

    def _settled(
        self, source: kernel.Source
    ) -> list[tuple[kernel.Connection, int | None]]:
        """Our connections, once all that was sent has arrived."""
        until = self.world.now() + SETTLE
        pause = 0.001
        while True:
            found = self._ours(source)
            in_flight = kernel.in_flight(c for c, _ in found)
            self.stuck &= in_flight  # what has settled is waited for again
            moving = in_flight - self.stuck
            if not moving or not self._settles:
                return found
            if self.world.now() > until:
                # It will not settle soon, so do not wait for it again.
                self.stuck |= moving
                self.unsettled += 1
                return found
            self.world.pause(pause)
            pause = min(pause * 2, 0.008)

    def _ours(
        self, source: kernel.Source
    ) -> list[tuple[kernel.Connection, int | None]]:
        """The connections of our programs, each with its socket's number."""
        held: dict[kernel.Ends, int] = {
            (h.local, h.remote): number
            for number, h in enumerate(self.sockets)
            if h.open and h.local is not None
        }
        # Of a pair, the other end may wait to be accepted; and both may be left
        # over when the programs have let go of them.
        found = source(self._pairs | held.keys())
        still = {(c.local, c.remote) for c in found if c.remote is not None}
        self._pairs = {
            pair
            for pair in self._pairs
            if pair in held or pair in still or pair[::-1] in still
        }
        return [(c, held.get((c.local, c.remote))) for c in found]


def _plain(address: Any) -> Address | None:
    return address and (kernel.plain_host(address[0]), address[1])
