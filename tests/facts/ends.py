"""Two ends of a connection, and what a call on one of them says."""

from __future__ import annotations

import select
import socket
import struct
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

import pytest

from tests.running import PATIENCE, wait_until

ON_LINUX = pytest.mark.skipif(
    sys.platform != "linux", reason="the page says so of Linux"
)
LOOPBACK = "127.0.0.1"
CLOSED = 7
"""TCP_CLOSE in Linux's include/net/tcp_states.h: the connection is over."""
TCP_INFO = 11


class Ends(NamedTuple):
    """A connection: `theirs` was made by `accept()`."""

    ours: socket.socket
    theirs: socket.socket


@contextmanager
def connected() -> Iterator[Ends]:
    """Both ends of a connection, each with a limit to its waiting."""
    with socket.create_server((LOOPBACK, 0)) as listener:
        ours = socket.create_connection(listener.getsockname(), PATIENCE)
        theirs, _ = listener.accept()
    theirs.settimeout(PATIENCE)
    with ours, theirs:
        yield Ends(ours, theirs)


def said(call: Callable[[], object]) -> object:
    """What a call returns, or the name and the number of what it raises."""
    try:
        return call()
    except OSError as error:
        return f"{type(error).__name__} {error.errno}"


def received(end: socket.socket) -> object:
    return said(lambda: end.recv(1024))


def sent(end: socket.socket) -> object:
    return said(lambda: end.send(b"x"))


def arrived(end: socket.socket) -> None:
    """Wait until there is something for `recv()` to return."""
    ready, _, _ = select.select([end], [], [], PATIENCE)
    assert ready, "nothing has arrived"


def broken_off(end: socket.socket) -> None:
    """Wait until the reset of the other side has arrived (Linux)."""
    wait_until(
        lambda: end.getsockopt(socket.IPPROTO_TCP, TCP_INFO, 1)[0] == CLOSED,
        "the connection is over",
    )


def close_with_a_reset(end: socket.socket) -> None:
    """Break off: `SO_LINGER` of zero seconds, as in RFC 9293, section 3.10.5."""
    end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    end.close()


def fill(end: socket.socket) -> None:
    """Send until there is no room left in any buffer of the way."""
    end.setblocking(False)
    try:
        while True:
            end.send(b"x" * 65536)
    except BlockingIOError:
        pass
