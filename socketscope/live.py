"""A table of live sockets: those of a notebook's cells, as the system sees them."""

from __future__ import annotations

import functools
import html
import inspect
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
_CLOSED = "closed"

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
    names = dict(caller.f_locals) if caller else {}
    held: list[tuple[str, socket.socket]] = []
    for number, sock in enumerate(sockets, 1):
        name = next((name for name, value in names.items() if value is sock), None)
        held.append((name or f"socket {number}", sock))
    held += named.items()
    places = [_where(sock) for _, sock in held]
    found = _settled({address for place in places for address in place if address})
    places = [_connecting(place, found or ()) for place in places]
    others = [
        _connecting(_where(sock), found or ())
        for sock in names.values()
        if isinstance(sock, socket.socket)
    ]
    _choose_ports(places, _servers([*places, *others], found or ()))
    rows = tuple(
        _row(name, sock, place, found)
        for (name, sock), place in zip(held, places, strict=True)
    )
    shown = {
        port
        for place in places
        for address in place
        if address and (port := address[1]) in _shown_ports
    }
    return Table(rows, _note({_shown_ports[port] for port in shown}))


def _connecting(place: Place, found: Iterable[kernel.Connection]) -> Place:
    """The place with where it connects to, which `getpeername` does not tell."""
    for connection in found:
        if connection.local == place[0] and connection.state == "SYN_SENT":
            return connection.local, connection.remote
    return place


def _where(sock: socket.socket) -> Place:
    """Local and remote address; the last known ones of a closed socket."""
    if sock.fileno() == -1:
        return _addresses.get(sock, (None, None))
    where = (_address(sock.getsockname), _address(sock.getpeername))
    _addresses[sock] = where
    return where


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
        ports = {address[1] for address in ours}
        found = [
            c
            for c in read()
            if c.local in ours
            or c.remote in ours
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


def _choose_ports(places: Sequence[Place], servers: Collection[int]) -> None:
    """Give each port that the operating system chose a number of its own."""
    real = [address[1] for place in places for address in place if address]
    for port in real:
        if port < CHOSEN or port in _shown_ports:
            continue
        first = 5555 if port in servers else 50001
        taken = {*_shown_ports.values(), *(p for p in real if p < CHOSEN)}
        _shown_ports[port] = next(
            shown for shown in range(first, first + 10_000) if shown not in taken
        )


def _row(
    name: str,
    sock: socket.socket,
    place: Place,
    found: list[kernel.Connection] | None,
) -> tuple[str, ...]:
    local, remote = place
    closed = sock.fileno() == -1
    state, waiting = (_CLOSED, "") if closed else ("", "")
    if found is None and not closed:
        state = "cannot be read here"
    for connection in found or ():
        if (connection.local, connection.remote) == (local, remote):
            state = connection.state
            if closed:
                state = f"{_CLOSED}, kept in {state}"
            elif connection.waiting is not None:
                what = "connection" if state == "LISTEN" else "byte"
                waiting = amount(connection.waiting, what)
    return name, _shown(local), _shown(remote), state, waiting


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
