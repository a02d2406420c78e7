"""Watching the calls that send and receive bytes.

A call that would block first waits, in turns, until the operating system is
ready, and is made then. Over TLS, what is told is what the program says and
hears: the bytes before they are encrypted.
"""

from __future__ import annotations

import _socket
import errno
import functools
import os
import sys
import time

from socketscope.watched import calls, channel, ports, values
from socketscope.watched.calls import CALLS_KEPT, Call, descriptor_check
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
_raw_recv: Any = RAW.recv
_raw_recv_into: Any = RAW.recv_into
_real_sleep = time.sleep
WAITALL = getattr(_socket, "MSG_WAITALL", 0)
DONTWAIT = getattr(_socket, "MSG_DONTWAIT", 0)


def install() -> None:
    """Watch them."""
    for name in ("recv", "recvfrom", "recvmsg", "recv_into", "recvfrom_into"):
        if hasattr(RAW, name):
            watch(name, _receive, at_once=_take)
    watch("send", _send, takes=(1, 2))
    watch("sendall", _send, takes=(1, 2))
    watch("sendto", _sendto, takes=(2, 3))
    watch("sendfile", _sendfile)
    if hasattr(RAW, "sendmsg"):
        watch("sendmsg", _sendmsg, takes=(1, 2, 3, 4))
        replace("sendmsg", _with_list(CLASS.sendmsg))
    # `ssl` takes long to import: it is watched when it makes its own class.
    CLASS.__init_subclass__ = classmethod(_new_kind)
    for kind in CLASS.__subclasses__():
        _new_kind(kind)


# -- receiving ---------------------------------------------------------------


def _take(sock: Any, name: str, /, *args: Any, **kwargs: Any) -> Any:
    """What is there already, by `recv` or `recv_into`; None if this is not for us.

    It calls no other function: one that reads byte by byte comes here often.
    """
    if len(args) != 1 or kwargs or name not in ("recv", "recv_into") or not DONTWAIT:
        return None
    if channel.split or channel.stopped or sock.gettimeout() is not None:
        return None
    try:
        if name == "recv":
            result: Any = _raw_recv(sock, args[0], DONTWAIT)
        else:
            result = _raw_recv_into(sock, args[0], 0, DONTWAIT)
    except BlockingIOError:
        return None
    calls.taken += 1
    if calls.taken % CALLS_KEPT == 0 and (thread := channel.this_thread()):
        calls.tell_count(thread)
        channel.flush()
    # End of file is not taken: it is still there for the call that tells of it.
    return result or None


def _receive(call: Call, sock: Any, /, *args: Any, **kwargs: Any) -> Any:
    """`recv`, or one of its kin."""
    into = call.name.endswith("_into")
    flags = kwargs.get("flags", args[-1] if len(args) > 1 + into else 0)
    flags = flags if isinstance(flags, int) else 0
    may_wait = not flags & DONTWAIT
    _stop_here(call)
    if channel.split and sock.type == _socket.SOCK_STREAM and not flags & WAITALL:
        args, kwargs = _split(into, *args, **kwargs)
    live = sock
    if may_wait and _can_wait(sock):
        stream = sock.type == _socket.SOCK_STREAM
        live = readable(call, sock, "bytes" if stream else "datagram")
    result = getattr(RAW, call.name)(live, *args, **kwargs)
    _keep(call, sock, result, kwargs.get("buffer", *args[:1]) if into else None)
    return result


def _keep(call: Call, sock: Any, result: Any, buffer: Any) -> None:
    """Note the bytes that a call returned, or put into a buffer."""
    data = result[0] if isinstance(result, tuple) else result
    if buffer is not None:
        data = memoryview(buffer).cast("B")[:data]
    call.result.update(values.payload(data))
    watched = known.get(id(sock))
    if watched is not None and not len(data) and sock.type == _socket.SOCK_STREAM:
        call.in_vain, watched.over = watched.over, True


def _split(into: bool, /, *args: Any, **kwargs: Any) -> tuple[Any, Any]:
    """The arguments of a receive, so that it brings no more than it may."""
    if not into:
        size, *rest = args or (kwargs.pop("bufsize", 0),)
        limited = min(size, channel.split) if isinstance(size, int) else size
        return (limited, *rest), kwargs
    buffer, *rest = args or (kwargs.pop("buffer", None),)
    room = values.view_of(buffer)
    size = (rest[0] if rest else kwargs.pop("nbytes", 0)) or 0
    if room is not None and isinstance(size, int):
        size = min(size or len(room), channel.split)
    return (buffer, size, *rest[1:]), kwargs


def _stop_here(call: Call) -> None:
    """Never come back, where the program is to read no more."""
    while channel.stopped and not channel.blind:
        call.wait(_never, "stopped")


def _never(seconds: float | None) -> bool:
    if seconds != 0:
        _real_sleep(3600 if seconds is None else seconds)
    return False


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
        limit = None if timeout is not None else _system_limit(sock)
        if limit is None:
            call.insist(descriptor_check(descriptor), why, timeout)
        elif not call.wait(descriptor_check(descriptor), why, timeout=limit):
            raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))
        if not copied or sock.fileno() >= 0:
            return sock
        kept = RAW(sock.family, sock.type, sock.proto, fileno=descriptor)
        copied = False  # the copy is in use
        return kept
    finally:
        if copied:
            os.close(descriptor)


def _system_limit(sock: Any) -> float | None:
    """How long the operating system itself would wait (SO_RCVTIMEO, socket(7))."""
    option = getattr(_socket, "SO_RCVTIMEO", None)
    if option is None:
        return None
    try:
        value = RAW.getsockopt(sock, _socket.SOL_SOCKET, option, 16)
    except OSError:
        return None
    if len(value) != 16 or not any(value):  # a struct timeval; Windows has none
        return None
    parts = (int.from_bytes(part, sys.byteorder) for part in (value[:8], value[8:]))
    seconds, millionths = parts
    return seconds + millionths / 1e6


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


# -- over TLS ----------------------------------------------------------------

READS = ("recv", "recv_into", "read")
MADE_OF_OTHERS = ("recv", "recv_into", "sendall")


def _new_kind(kind: Any, /, **options: Any) -> None:
    """A kind of socket comes to be: watch it if it is that of TLS."""
    super(CLASS, kind).__init_subclass__(**options)
    if (kind.__module__, kind.__name__) != ("ssl", "SSLSocket"):
        return
    for name in (*MADE_OF_OTHERS, "read", "write", "send", "do_handshake", "unwrap"):
        takes = (1, 2) if name in ("write", "send", "sendall") else None
        body = functools.partial(_over_tls, name, getattr(kind, name))
        watch(name, body, takes, of=kind)
    for made, what in ((kind, "tls"), (sys.modules["ssl"].SSLObject, "ciphertext")):
        made._create = classmethod(_told(made._create.__func__, what))


def _told(create: Any, what: str) -> Any:
    """Tell the stage that the script uses TLS."""

    def method(kind: Any, /, *args: Any, **kwargs: Any) -> Any:
        thread = channel.this_thread()
        if thread is not None:
            channel.tell(thread, "unseen", what=what)
        return create(kind, *args, **kwargs)

    return functools.update_wrapper(method, create)


def _over_tls(
    name: str, real: Any, call: Call, sock: Any, /, *args: Any, **kwargs: Any
) -> Any:
    session = sock._sslobj
    if name in READS:
        _stop_here(call)
    if channel.split and name == "read" and session is not None:
        args = (min(args[0] if args else 1024, channel.split), *args[1:])

    def attempt() -> Any:
        if sock._sslobj is session:
            return real(sock, *args, **kwargs)
        # Another thread has shut it down, but this one is inside a call on it.
        after, sock._sslobj = sock._sslobj, session
        try:
            return real(sock, *args, **kwargs)
        finally:
            sock._sslobj = after

    if name in MADE_OF_OTHERS or session is None:
        result = real(sock, *args, **kwargs)
    else:
        result = _in_turns(call, sock, attempt, reads=name == "read")
    if call.name.startswith("recv"):
        buffers = [v for v in (*args, *kwargs.values()) if not isinstance(v, int)]
        _keep(call, sock, result, buffers[0] if isinstance(result, int) else None)
    return result


def _in_turns(call: Call, sock: Any, attempt: Any, reads: bool) -> Any:
    """Make a call that may have to read and to write, records of TLS."""
    timeout = sock.gettimeout()
    if timeout == 0:
        return attempt()
    until = None if timeout is None else time.monotonic() + timeout
    in_time = True
    if not channel.turns and reads and not sock.pending():
        in_time = call.wait(descriptor_check(sock.fileno()), "bytes", timeout=timeout)
    while channel.turns and in_time:
        RAW.settimeout(sock, 0)
        try:
            return attempt()
        except Exception as error:
            wanted = type(error).__name__
            if wanted not in values.WANTS:
                raise
        finally:
            RAW.settimeout(sock, timeout)
            _push(sock)
        # Outside the handler, or tracebacks would tell of it.
        check = descriptor_check(sock.fileno(), write=wanted == "SSLWantWriteError")
        left = None if until is None else max(until - time.monotonic(), 0.001)
        in_time = call.wait(check, values.WANTS[wanted], timeout=left)
    if not in_time:
        RAW.settimeout(sock, 0.001)  # its own words for a timeout
    try:
        return attempt()
    finally:
        RAW.settimeout(sock, timeout)
