"""Watching the calls that send and receive bytes.

A call that would block first waits, in turns, until the operating system is
ready, and is made then.
"""

from __future__ import annotations

import _socket
import os
import time

from socketscope.watched import channel, ports, values
from socketscope.watched.calls import Call, descriptor_check
from socketscope.watched.hints import Any
from socketscope.watched.sockets import (
    CLASS,
    RAW,
    known,
    replace,
    tell_place,
    watch,
)

_raw_sendto: Any = RAW.sendto
DONTWAIT = getattr(_socket, "MSG_DONTWAIT", 0)


def install() -> None:
    """Watch them."""
    for name in ("recv", "recvfrom", "recvmsg", "recv_into", "recvfrom_into"):
        if hasattr(RAW, name):
            watch(name, _receive)
    watch("send", _send, takes=(1, 2))
    watch("sendall", _send, takes=(1, 2))
    watch("sendto", _sendto, takes=(2, 3))
    watch("sendfile", _sendfile)
    if hasattr(RAW, "sendmsg"):
        watch("sendmsg", _sendmsg, takes=(1, 2, 3, 4))
        replace("sendmsg", _with_list(CLASS.sendmsg))


# -- receiving ---------------------------------------------------------------


def _receive(call: Call, sock: Any, /, *args: Any, **kwargs: Any) -> Any:
    """`recv`, or one of its kin."""
    into = call.name.endswith("_into")
    flags = kwargs.get("flags", args[-1] if len(args) > 1 + into else 0)
    may_wait = not (isinstance(flags, int) and flags & DONTWAIT)
    live = sock
    if may_wait and _can_wait(sock):
        stream = sock.type == _socket.SOCK_STREAM
        live = readable(call, sock, "bytes" if stream else "datagram")
    result = getattr(RAW, call.name)(live, *args, **kwargs)
    data = result[0] if isinstance(result, tuple) else result
    if into:
        buffer = args[0] if args else kwargs["buffer"]
        data = memoryview(buffer).cast("B")[:data]
    call.result.update(values.payload(data))
    watched = known.get(id(sock))
    if watched is not None and not len(data) and sock.type == _socket.SOCK_STREAM:
        call.in_vain, watched.over = watched.over, True
    return result


def _can_wait(sock: Any) -> bool:
    """False if reading fails at once, as it does on a listener."""
    if sock.type != _socket.SOCK_STREAM:
        return True
    try:
        RAW.getpeername(sock)
    except OSError:
        return False
    return True


def readable(call: Call, sock: Any, why: str) -> Any:
    """Wait until the socket can be read from; returns what to read from."""
    timeout = sock.gettimeout()
    descriptor = sock.fileno()
    if timeout == 0 or descriptor < 0:
        return sock
    copied = len(channel.threads) > 1
    if copied:
        # If another thread closes the socket, the operating system keeps it
        # for whoever is inside a call on it. So do we.
        descriptor = channel.out_of_the_way(descriptor)
    try:
        call.insist(descriptor_check(descriptor), why, timeout)
        if not copied or sock.fileno() >= 0:
            return sock
        kept = RAW(sock.family, sock.type, sock.proto, fileno=descriptor)
        copied = False  # the copy is in use
        return kept
    finally:
        if copied:
            os.close(descriptor)


# -- sending -----------------------------------------------------------------


def _send(call: Call, sock: Any, data: Any, flags: int = 0) -> int | None:
    """`send` or `sendall`."""
    timeout = sock.gettimeout()
    view = values.view_of(data)
    if view is None or timeout == 0:
        sent = getattr(RAW, call.name)(sock, data, flags)
    else:
        # A blocking send() returns when all is handed over (send(2)).
        once = call.name == "send" and timeout is not None
        sent = _hand_over(call, sock, view, flags, once)
    _push(sock)
    return sent if call.name == "send" else None


def _hand_over(call: Call, sock: Any, view: memoryview, flags: int, once: bool) -> int:
    """Send all (or, `once`, what goes at once); returns how many bytes."""
    timeout = sock.gettimeout()
    until = None if timeout is None else time.monotonic() + timeout
    check = descriptor_check(sock.fileno(), write=True)
    sent = 0
    while True:
        if timeout is not None or not DONTWAIT:  # send() would wait by itself
            left = None if until is None else max(until - time.monotonic(), 0.001)
            call.insist(check, "room", left)
        try:
            sent += RAW.send(sock, view[sent:], flags | DONTWAIT)
        except BlockingIOError:
            call.wait(check, "room", timeout=timeout)
        if once or sent == len(view):
            return sent


def _push(sock: Any) -> None:
    """Let what was sent arrive before the next turn.

    Nagle's algorithm holds small pieces back until earlier ones are
    acknowledged, which may take 40 ms. To set TCP_NODELAY sends them (tcp(7)).
    """
    if not channel.turns or sock.type != _socket.SOCK_STREAM:
        return
    option = (_socket.IPPROTO_TCP, _socket.TCP_NODELAY)
    try:
        if not RAW.getsockopt(sock, *option):
            RAW.setsockopt(sock, *option, 1)
            RAW.setsockopt(sock, *option, 0)
    except OSError:
        pass  # not TCP, or reset meanwhile


def _sendto(call: Call, sock: Any, data: Any, *rest: Any) -> int:
    *flags, address = rest
    sent = int(_raw_sendto(sock, data, *flags, ports.for_peer(address)))
    tell_place(sock)
    return sent


def _sendmsg(call: Call, sock: Any, buffers: Any, *rest: Any) -> int:
    flags = rest[1] if len(rest) > 1 else 0
    if sock.gettimeout() != 0 and not flags & DONTWAIT and _can_wait(sock):
        check = descriptor_check(sock.fileno(), write=True)
        call.insist(check, "room", sock.gettimeout())
    others, target = rest[:2], rest[2:]
    return RAW.sendmsg(sock, buffers, *others, *map(ports.for_peer, target))


def _with_list(sendmsg: Any) -> Any:
    """Give `sendmsg` a list, for a generator would give its buffers only once."""

    def method(self: Any, /, *args: Any, **kwargs: Any) -> Any:
        if args and hasattr(args[0], "__next__"):
            args = (list(args[0]), *args[1:])
        return sendmsg(self, *args, **kwargs)

    return method


def _sendfile(call: Call, sock: Any, /, *args: Any, **kwargs: Any) -> int:
    # By send(), which is watched; os.sendfile() would wait unseen.
    sent = int(sock._sendfile_use_send(*args, **kwargs))
    call.result.update(result=str(sent), size=sent)
    return sent
