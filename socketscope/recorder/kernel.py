"""The operating system's own view of TCP: states, queues, backlogs.

`connections()` reads it, from the best source there is:

- netlink `sock_diag` on Linux, half a millisecond (sock_diag(7));
- `/proc/net/tcp` and `tcp6` on Linux where netlink is forbidden (proc(5));
- `psutil` elsewhere, if it is installed: states, but no queues.

No source needs an administrator. What cannot be read is None, never a guess.
"""

from __future__ import annotations

import contextlib
import socket
import struct
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

from socketscope.recording import Address

# The numbers of include/net/tcp_states.h, by the names of RFC 9293.
STATES = {
    1: "ESTABLISHED",
    2: "SYN_SENT",
    3: "SYN_RECEIVED",
    4: "FIN_WAIT_1",
    5: "FIN_WAIT_2",
    6: "TIME_WAIT",
    7: "CLOSED",
    8: "CLOSE_WAIT",
    9: "LAST_ACK",
    10: "LISTEN",
    11: "CLOSING",
    12: "SYN_RECEIVED",
}
OTHER_NAMES = {
    "SYN_RECV": "SYN_RECEIVED",
    "FIN_WAIT1": "FIN_WAIT_1",
    "FIN_WAIT2": "FIN_WAIT_2",
    "CLOSE": "CLOSED",
}
IN_PASSING = {"SYN_SENT", "SYN_RECEIVED", "FIN_WAIT_1", "LAST_ACK", "CLOSING"}
"""States that last until the other side's answer, a moment on one machine."""
FIN_RECEIVED = {"CLOSE_WAIT", "LAST_ACK", "CLOSING", "TIME_WAIT"}
BOTH_ENDS_LIVE = {"ESTABLISHED", "CLOSE_WAIT", "FIN_WAIT_1"}


@dataclass(frozen=True)
class Connection:
    """One TCP socket of this machine, as the operating system has it."""

    local: Address
    remote: Address | None
    """None for a listener."""
    state: str
    waiting: int | None = None
    """Bytes to read, without the FIN; for a listener, clients to accept."""
    sent: int | None = None
    """Bytes sent so far, where the system counts them."""
    received: int | None = None
    """Bytes received so far; a FIN counts as one."""
    held_back: bool = False
    """It has bytes that will go as soon as earlier ones are acknowledged
    (Nagle's algorithm, RFC 9293 section 3.7.4)."""
    awaits_room: bool = False
    """It has bytes, and after a close its FIN behind them, that will go when
    the other side has read."""
    connected: bool = False
    """Certainly the end that connected; False also where that is not known."""


Ends = tuple[Address, Address | None]
"""Local and remote address, which identify a connection; a listener has no
remote one."""


class Source(Protocol):
    """Something that reads the machine's connections."""

    def __call__(self, wanted: Collection[Ends] | None = None) -> list[Connection]:
        """All of them, or those between the wanted ends."""


def connections() -> list[Connection] | None:
    """All TCP sockets of this machine; None if they cannot be read."""
    source = best_source()
    if source is None:
        return None
    try:
        return source()
    finally:
        if isinstance(source, Netlink):
            source.close()


def best_source(pids: Callable[[], Iterable[int]] = lambda: ()) -> Source | None:
    """A function that reads the connections; None where there is none.

    `pids` tells the processes to ask about where the system (macOS) answers
    only for single processes.
    """
    for make in (Netlink, ProcNet, lambda: PsUtil(pids)):
        with contextlib.suppress(OSError, ImportError, AttributeError, struct.error):
            source: Source = make()
            source(())
            return source
    return None


def in_flight(
    found: Iterable[Connection], acknowledged: bool = True
) -> frozenset[Ends]:
    """The ends from which something is still on its way on this machine.

    Empty when all is settled: every byte sent has arrived, every handshake and
    every goodbye has been answered. Linux may take 40 ms to acknowledge a FIN (RFC
    9293, section 3.8.6.3, allows half a second); without `acknowledged`, it is
    enough that the FIN has arrived.
    """
    by_ends = {(c.local, c.remote): c for c in found}
    moving: set[Ends] = set()
    for ends, connection in by_ends.items():
        other = by_ends.get((connection.remote, connection.local))  # type: ignore[arg-type]
        goes = connection.held_back or connection.state in IN_PASSING
        if not acknowledged and connection.state == "FIN_WAIT_1":
            goes = other is None or other.state not in FIN_RECEIVED
        if connection.awaits_room and other is not None:
            goes = not other.waiting  # with nothing to read, room comes by itself
        if goes:
            moving.add(ends)
        elif connection.state in BOTH_ENDS_LIVE and other is None:
            if connection.remote and is_loopback(connection.remote[0]):
                moving.add(ends)  # a reset that has not arrived
        elif (
            other is not None
            and connection.sent is not None
            and other.received is not None  # not told of what a program let go of
            and connection.sent > other.received
        ):
            moving.add(ends)
    return frozenset(moving)


def is_loopback(host: str) -> bool:
    return host == "::1" or host.startswith("127.")


class Netlink:
    """Asks the kernel over a netlink socket (Linux)."""

    # struct nlmsghdr; struct inet_diag_req_v2 with its struct inet_diag_sockid
    REQUEST = struct.Struct("=IHHIIBBBBI2s2s16s16sI8s")
    SOCK_DIAG_BY_FAMILY = 20
    REQUEST_ONE, REQUEST_ALL = 0x1, 0x301
    INFO_ATTRIBUTE = 2
    WITH_INFO = 1 << INFO_ATTRIBUTE - 1
    ALL_STATES = 0xFFF
    DONE, ERROR = 3, 2
    MANY = 64
    """So many connections are faster had by asking for all of the machine."""

    def __init__(self) -> None:
        self.socket = socket.socket(
            socket.AF_NETLINK, socket.SOCK_RAW, getattr(socket, "NETLINK_SOCK_DIAG", 4)
        )
        self.socket.settimeout(2)

    def __call__(self, wanted: Collection[Ends] | None = None) -> list[Connection]:
        if wanted is None or len(wanted) > self.MANY:
            families = (socket.AF_INET, socket.AF_INET6)
            found = [c for family in families for c in self._all(family)]
        else:
            return [c for ends in wanted for c in self._one(*ends)]
        return _only(wanted, found)

    def close(self) -> None:
        self.socket.close()

    def _one(self, local: Address, remote: Address | None) -> Iterable[Connection]:
        family = socket.AF_INET6 if ":" in local[0] else socket.AF_INET
        other = remote or ("::" if ":" in local[0] else "0.0.0.0", 0)
        self._ask(self.REQUEST_ONE, family, local, other)
        # For a connection that is no more, the kernel answers with its listener.
        return _only([(local, remote)], list(self._answers()))

    def _all(self, family: int) -> Iterable[Connection]:
        nowhere = ("::" if family == socket.AF_INET6 else "0.0.0.0", 0)
        self._ask(self.REQUEST_ALL, family, nowhere, nowhere)
        answers = list(self._answers())
        while answers:
            yield from answers
            answers = list(self._answers())

    def _ask(self, flags: int, family: int, local: Address, remote: Address) -> None:
        size, kind = self.REQUEST.size, self.SOCK_DIAG_BY_FAMILY
        what = (family, socket.IPPROTO_TCP, self.WITH_INFO, 0, self.ALL_STATES)
        ports = [end[1].to_bytes(2, "big") for end in (local, remote)]
        hosts = [socket.inet_pton(family, end[0]) for end in (local, remote)]
        any_cookie = b"\xff" * 8
        self.socket.send(
            self.REQUEST.pack(
                size, kind, flags, 1, 0, *what, *ports, *hosts, 0, any_cookie
            )
        )

    def _answers(self) -> Iterable[Connection]:
        """The connections of one datagram; none if it ends a list, or none is."""
        data = self.socket.recv(1 << 18)
        start = 0
        while start < len(data):
            size, kind = struct.unpack_from("=IH", data, start)
            if kind in (self.DONE, self.ERROR):
                return
            yield self._connection(data[start + 16 : start + size])
            start += size + 3 & ~3

    @staticmethod
    def _connection(body: bytes) -> Connection:
        # struct inet_diag_msg: family, state, timer, retransmits; two ports and
        # two addresses in network order; … rqueue at 56. Attributes from 72.
        family, state = body[0], STATES.get(body[1], "CLOSED")
        ports = struct.unpack_from(">HH", body, 4)
        width = 4 if family == socket.AF_INET else 16
        hosts = [
            plain_host(socket.inet_ntop(family, body[at : at + width]))
            for at in (8, 24)
        ]
        (queue,) = struct.unpack_from("=I", body, 56)
        found = _connection((hosts[0], ports[0]), (hosts[1], ports[1]), state, queue)
        at = 72
        while at + 4 <= len(body):
            size, kind = struct.unpack_from("=HH", body, at)
            if kind == Netlink.INFO_ATTRIBUTE and size >= 4 + TcpInfo.NEEDED:
                return replace(found, **TcpInfo.read(body, at + 4))
            at += size + 3 & ~3
        return found


class TcpInfo:
    """The kernel's `struct tcp_info` (include/uapi/linux/tcp.h), by offset."""

    NEEDED = 232

    @staticmethod
    def read(body: bytes, at: int) -> dict[str, Any]:
        """The fields of a `Connection` that it tells.

        The SYN of the end that connected is counted among the bytes that were
        acknowledged, and never among those that were sent; a FIN, too.
        """
        state = STATES.get(body[at])
        acknowledged, received = struct.unpack_from("=QQ", body, at + 120)
        (unsent,) = struct.unpack_from("=I", body, at + 144)
        sent, sent_again = struct.unpack_from("=QQ", body, at + 200)
        (window,) = struct.unpack_from("=I", body, at + 228)
        sent -= sent_again
        unanswered = max(0, sent - acknowledged)
        # Unsent bytes for which there is no room will wait for the reader.
        room = unanswered + unsent < window
        return {
            "sent": sent,
            "received": received,
            "held_back": unsent > 0 and room,
            "awaits_room": unsent > 0 and not room,
            "connected": acknowledged > sent and state in BOTH_ENDS_LIVE,
        }


class ProcNet:
    """Reads `/proc/net/tcp` and `tcp6` (Linux)."""

    FILES = Path("/proc/net/tcp"), Path("/proc/net/tcp6")

    def __call__(self, wanted: Collection[Ends] | None = None) -> list[Connection]:
        lines = [
            line
            for file in self.FILES
            if file == self.FILES[0] or file.exists()
            for line in file.read_text().splitlines()[1:]
        ]
        return _only(wanted, [self._connection(line.split()) for line in lines])

    @staticmethod
    def _connection(fields: list[str]) -> Connection:
        ends = []
        for text in fields[1:3]:
            host, port = text.split(":")
            # Words of four bytes, each in the machine's own order.
            words = struct.unpack(f">{len(host) // 8}I", bytes.fromhex(host))
            packed = struct.pack(f"={len(words)}I", *words)
            family = socket.AF_INET if len(words) == 1 else socket.AF_INET6
            name = socket.inet_ntop(family, packed)
            ends.append((plain_host(name), int(port, 16)))
        state = STATES.get(int(fields[3], 16), "CLOSED")
        return _connection(ends[0], ends[1], state, int(fields[4].split(":")[1], 16))


class PsUtil:
    """Asks psutil: states, but no queues (macOS, Windows)."""

    def __init__(self, pids: Callable[[], Iterable[int]]) -> None:
        import psutil  # type: ignore[import-untyped, unused-ignore]

        self.psutil: Any = psutil
        self.pids = pids

    def __call__(self, wanted: Collection[Ends] | None = None) -> list[Connection]:
        try:
            raw = self.psutil.net_connections("tcp")
        except self.psutil.AccessDenied:  # macOS tells only of single processes
            raw = []
            for pid in self.pids():
                with contextlib.suppress(self.psutil.Error):
                    process = self.psutil.Process(pid)
                    ask = getattr(process, "net_connections", process.connections)
                    raw += ask("tcp")
        found = [
            _connection(
                (plain_host(c.laddr.ip), c.laddr.port),
                (plain_host(c.raddr.ip), c.raddr.port) if c.raddr else ("", 0),
                OTHER_NAMES.get(c.status, c.status),
            )
            for c in raw
            if c.laddr
        ]
        return _only(wanted, found)


def _only(wanted: Collection[Ends] | None, found: list[Connection]) -> list[Connection]:
    if wanted is None:
        return found
    return [c for c in found if (c.local, c.remote) in wanted]


def plain_host(host: str) -> str:
    """An IPv4 address inside an IPv6 one (`::ffff:127.0.0.1`) by itself."""
    return host.removeprefix("::ffff:") if "." in host else host


def _connection(
    local: Address,
    remote: Address,
    state: str,
    queue: int | None = None,
) -> Connection:
    if state in FIN_RECEIVED and queue:
        queue -= 1  # the FIN itself is counted, and is no byte to read
    is_listener = state == "LISTEN"
    return Connection(local, None if is_listener else remote, state, queue)
