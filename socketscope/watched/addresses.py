"""Watching `bind`, `accept` and `connect`, with which a socket finds its ends."""

from __future__ import annotations

import _socket
import errno
import os

from socketscope.watched import ports
from socketscope.watched.calls import Call, descriptor_check
from socketscope.watched.hints import Any
from socketscope.watched.sockets import CLASS, RAW, tell_place, watch
from socketscope.watched.transfer import readable

HANDSHAKE = 0.25
"""Seconds that a local handshake may take, on the busiest machine."""

_real_accept = CLASS.accept


def install() -> None:
    """Watch them."""
    watch("bind", _bind, takes=(1,), quiet=True)
    watch("accept", _accept, takes=(0,))
    watch("connect", _connect, takes=(1,))
    watch("connect_ex", _connect_ex, takes=(1,))


def _bind(call: Call, sock: Any, address: Any) -> None:
    real = ports.for_bind(address)
    RAW.bind(sock, real)
    if real != address and not real[1]:
        ports.keep(address[1], RAW.getsockname(sock)[1])
    tell_place(sock)


def _accept(call: Call, sock: Any) -> Any:
    listens = RAW.getsockopt(sock, _socket.SOL_SOCKET, _socket.SO_ACCEPTCONN)
    return _real_accept(readable(call, sock, "client") if listens else sock)


def _connect(call: Call, sock: Any, address: Any) -> None:
    real = ports.for_peer(address)
    timeout = sock.gettimeout()
    under_way, again = False, _is_connected(sock)
    try:
        RAW.settimeout(sock, 0)
        try:
            RAW.connect(sock, real)
            if again:
                # Linux says yes to this once, where the first did not wait.
                RAW.connect(sock, real)
        except BlockingIOError:
            if timeout == 0:
                raise
            under_way = True
        if under_way:  # outside the handler, or tracebacks would tell of it
            RAW.settimeout(sock, timeout)
            _await_handshake(call, sock, timeout)
    finally:
        RAW.settimeout(sock, timeout)
        tell_place(sock)


def _is_connected(sock: Any) -> bool:
    try:
        RAW.getpeername(sock)
    except OSError:
        return False
    return True


def _await_handshake(call: Call, sock: Any, timeout: float | None) -> None:
    check = descriptor_check(sock.fileno(), write=True)
    if not check(HANDSHAKE):
        call.insist(check, "connection", timeout, unsteady=True)
    error = RAW.getsockopt(sock, _socket.SOL_SOCKET, _socket.SO_ERROR)
    if error:
        raise OSError(error, os.strerror(error))


def _connect_ex(call: Call, sock: Any, address: Any) -> int:
    try:
        _connect(call, sock, address)
    except _socket.gaierror:
        raise
    except OSError as error:
        return error.errno or errno.EWOULDBLOCK  # for a timeout
    return 0
