"""A table of live sockets: those of a notebook's cells, as the system sees them."""

from __future__ import annotations

import functools
import html
import inspect
import itertools
import os
import socket
import time
import weakref
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from socketscope.reading.words import address as shown_address
from socketscope.reading.words import amount, joined
from socketscope.recorder import kernel
from socketscope.recording import Address

CHOSEN = 32768
"""From this port on, the operating system chose it (ip(7), RFC 6335)."""
_HEADINGS = ("socket", "local address", "remote address", "TCP state", "waiting")

Place = tuple[Address | None, Address | None]
"""A socket's local and remote address."""

_addresses: weakref.WeakKeyDictionary[socket.socket, Place] = (
    weakref.WeakKeyDictionary()
)
"""Where each socket was when last seen: a closed socket cannot tell."""
_shown_ports: dict[int, int] = {}
"""Real port -> port shown, the same in all cells of a notebook."""


@dataclass(frozen=True)
class Table:
    """Sockets in rows; shows itself as text or HTML."""

    rows: tuple[tuple[str, ...], ...]
    note: str = ""

    def __repr__(self) -> str:
        lines = [_HEADINGS, *self.rows]
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        text = [
            "  ".join(
                cell.ljust(width) for cell, width in zip(line, widths, strict=True)
            )
            for line in lines
        ]
        text.insert(1, "  ".join("-" * width for width in widths))
        if self.note:
            text += ["", self.note]
        return "\n".join(line.rstrip() for line in text)

    def _repr_html_(self) -> str:
        head = "".join(f'<th scope="col">{name}</th>' for name in _HEADINGS)
        body = "".join(
            f'<tr><th scope="row">{html.escape(row[0])}</th>'
            + "".join(f"<td>{html.escape(cell)}</td>" for cell in row[1:])
            + "</tr>"
            for row in self.rows
        )
        note = f"<p>{html.escape(self.note)}</p>" if self.note else ""
        return (
            "<table><caption>Sockets, as the operating system sees them</caption>"
            f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{note}"
        )


def socket_table(*sockets: socket.socket, **named: socket.socket) -> Table:
    """The sockets held here: addresses, TCP state, and what waits in them.

    Sockets are named by their keyword, or else by the caller's variable. Ports
    that the operating system chose differ from run to run, so others stand
    for them: 5555 and up for a server's, 50001 and up for a client's. A port is
    a server's if some socket is bound to it and not connected: one of these, one
    in a variable of the caller, or a listener that the operating system lists.
    Where there is none any more, Linux still knows which end connected;
    elsewhere the first end in the table is taken for the client's.
    """
    frame = inspect.currentframe()
    caller = frame.f_back if frame else None
    scope = dict(caller.f_locals) if caller else {}
    variables = {k: v for k, v in scope.items() if isinstance(v, socket.socket)}
    held: list[tuple[str, socket.socket]] = []
    for number, sock in enumerate(sockets, 1):
        names = (name for name, value in variables.items() if value is sock)
        held.append((next(names, f"socket {number}"), sock))
    held += named.items()
    found = _settled({where for _, sock in held for where in _place(sock) if where})
    places = [_place(sock, found or ()) for _, sock in held]
    others = [_place(sock, found or ()) for sock in variables.values()]
    ports = [address[1] for place in places for address in place if address]
    _choose_ports(ports, _servers([*places, *others], found or ()))
    rows = [
        (name, *map(_shown, place), *_seen(sock, place, found))
        for (name, sock), place in zip(held, places, strict=True)
    ]
    chosen = {_shown_ports[port] for port in ports if port in _shown_ports}
    return Table(tuple(rows), _note(chosen))


def _place(sock: socket.socket, found: Iterable[kernel.Connection] = ()) -> Place:
    """Local and remote address; the last known ones of a closed socket."""
    if sock.fileno() == -1:
        return _addresses.get(sock, (None, None))
    place = _addresses[sock] = _address(sock.getsockname), _address(sock.getpeername)
    for connection in found:  # getpeername does not tell where it connects to
        if connection.local == place[0] and connection.state == "SYN_SENT":
            return connection.local, connection.remote
    return place


def _address(ask: Callable[[], Any]) -> Address | None:
    try:
        host, port, *_ = ask()
    except (OSError, ValueError):
        return None  # not connected, or not a socket of TCP or UDP
    return (host, port) if port else None


@functools.cache
def _source() -> kernel.Source | None:
    """How this system is asked, found out once."""
    return kernel.best_source(lambda: (os.getpid(),))


def _settled(ours: set[Address]) -> list[kernel.Connection] | None:
    """The connections of these addresses once nothing is on its way between
    them, or after 0.25 seconds; None where they cannot be read."""
    until = time.monotonic() + 0.25
    while True:
        read = _source()
        if read is None:
            return None
        ports = {port for _, port in ours}
        found = [
            c
            for c in read()
            if {c.local, c.remote} & ours
            or (c.state == "LISTEN" and c.local[1] in ports)
        ]
        if not kernel.in_flight(found) or time.monotonic() > until:
            return found
        time.sleep(0.005)


def _servers(places: Sequence[Place], found: Iterable[kernel.Connection]) -> set[int]:
    """The ports that are a server's, as far as that is known."""
    ports = {local[1] for local, remote in places if local and not remote}
    for connection in found:
        if connection.remote is None:
            ports.add(connection.local[1])
        elif connection.connected:
            ports.add(connection.remote[1])
    for local, remote in places:
        if local and remote and not {local[1], remote[1]} & {*ports, *_shown_ports}:
            ports.add(remote[1])
    return ports


def _choose_ports(real: Sequence[int], servers: Collection[int]) -> None:
    """Give each port that the operating system chose a number of its own."""
    for port in real:
        if port < CHOSEN or port in _shown_ports:
            continue
        taken = {*_shown_ports.values(), *(p for p in real if p < CHOSEN)}
        free = itertools.count(5555 if port in servers else 50001)
        _shown_ports[port] = next(shown for shown in free if shown not in taken)


def _seen(
    sock: socket.socket, place: Place, found: Iterable[kernel.Connection] | None
) -> tuple[str, str]:
    """The TCP state, and what waits."""
    closed = sock.fileno() == -1
    if found is None and not closed:
        return "cannot be read here", ""
    for connection in found or ():
        state, waiting = connection.state, connection.waiting
        if (connection.local, connection.remote) != place:
            continue
        if closed or waiting is None:
            return f"closed, kept in {state}" if closed else state, ""
        return state, amount(waiting, "connection" if state == "LISTEN" else "byte")
    return "closed" if closed else "", ""


def _shown(address: Address | None) -> str:
    if address is None:
        return ""
    host, port = address
    return shown_address((host, _shown_ports.get(port, port)))


def _note(ports: set[int]) -> str:
    if not ports:
        return ""
    numbers = joined([str(port) for port in sorted(ports)])
    if len(ports) == 1:
        return f"Port {numbers} stands for one that the operating system chose."
    return f"Ports {numbers} stand for those that the operating system chose."
