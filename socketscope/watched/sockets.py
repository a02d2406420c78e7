"""Watching the socket calls.

The methods of `socket.socket` are replaced in place, so whatever makes
sockets, and however early a script took hold of the class, is seen, and type
and `repr` stay what they are. A call that would block first waits, in turns,
until the operating system is ready, and is made then.
"""

from __future__ import annotations

import _socket
import os
import socket
import sys
import time

from socketscope.watched import channel, ports
from socketscope.watched.channel import Call, called_by_learner, show

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType
    from typing import Any

RAW = _socket.socket
"""The class below, in C: its methods are the real ones."""
CLASS: Any = socket.socket
HANDSHAKE = 0.25
"""Seconds that a local handshake may take, on the busiest machine."""
DONTWAIT = getattr(_socket, "MSG_DONTWAIT", 0)
DATA_LIMIT = 4096

_real_del = RAW.__del__  # type: ignore[attr-defined]
_real_close = CLASS._real_close
_real_detach = CLASS.detach
_real_dup = CLASS.dup
_real_init = CLASS.__init__
_real_makefile = CLASS.makefile


class Watched:
    """A socket that the stage knows, by number."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.named = False
        self.listens = False
        self.descriptor = -1
        self.place: Any = None


known: dict[int, Watched] = {}
"""By the `id` of the open socket object (a socket has no room for more)."""
unnamed: dict[int, Watched] = {}
_ages: dict[int, int] = {}
ending = False
"""The script is over: sockets dropped from here on are not its doing."""
_made = 0


def install() -> None:
    """Put the watching methods in place."""
    replacements = {
        "__init__": _init,
        "__del__": _del,
        "__hash__": _hash,
        "_real_close": _close,
        "detach": _detach,
        "dup": _dup,
        "accept": _accept,
        "bind": _bind,
        "connect": _connect,
        "connect_ex": _connect_ex,
        "send": _send,
        "sendall": _sendall,
        "sendto": _sendto,
        "sendfile": _sendfile,
        "getsockname": _getsockname,
        "getpeername": _getpeername,
    }
    for name, method in replacements.items():
        setattr(CLASS, name, method)
    for name in ("recv", "recvfrom", "recvmsg", "recv_into", "recvfrom_into"):
        setattr(CLASS, name, _reading(name))
    for name in ("listen", "shutdown", "setsockopt", "settimeout", "setblocking"):
        setattr(CLASS, name, _immediate(name))
    CLASS.getsockopt = _immediate("getsockopt", only_learner=True)
    CLASS.makefile = _immediate("makefile", True, _real_makefile)
    if hasattr(RAW, "sendmsg"):
        CLASS.sendmsg = _sendmsg


# -- beginnings and ends -----------------------------------------------------


def _init(
    self: Any,
    family: int = -1,
    type: int = -1,
    proto: int = -1,
    fileno: int | None = None,
) -> None:
    thread = channel.this_thread()
    if thread is None or _is_asyncio_s_own(sys._getframe(1)):
        _real_init(self, family, type, proto, fileno)
        return
    given = [value for value in (family, type, proto) if value != -1]
    with Call("socket", quiet=True, arguments=tuple(map(_constant, given))) as call:
        _real_init(self, family, type, proto, fileno)
        watched = _welcome(self, thread, _origin(thread, sys._getframe(1), fileno))
        call.fields["socket"] = watched.number
        if thread.call is not call and thread.call is not None:
            thread.call.result["new"] = watched.number


def _welcome(sock: Any, thread: channel.Thread, origin: str) -> Watched:
    global _made
    watched = Watched(_made)
    _made += 1
    watched.descriptor = sock.fileno()
    known[id(sock)] = unnamed[id(sock)] = watched
    _ages[id(sock)] = watched.number
    channel.tell(
        thread,
        "socket",
        number=watched.number,
        origin=origin,
        family=getattr(sock.family, "name", str(sock.family)),
        type=getattr(sock.type, "name", str(sock.type)),
    )
    if type(sock).__name__ == "SSLSocket":
        channel.tell(thread, "unseen", what="tls")
    _tell_place(sock, watched, thread)
    return watched


def _origin(thread: channel.Thread, caller: FrameType, fileno: int | None) -> str:
    """The call that made a socket: `socket`, `accept`, `dup`, `fromfd` …"""
    if thread.call is not None and thread.call.name != "socket":
        return thread.call.name
    code = caller.f_code
    if fileno is not None and code.co_filename == socket.__file__:
        return code.co_name
    return "socket"


def _is_asyncio_s_own(caller: FrameType) -> bool:
    """Whether this is one of the pair with which asyncio wakes itself."""
    outer = caller.f_back
    return (
        caller.f_code.co_name == "socketpair"
        and outer is not None
        and str(outer.f_globals.get("__name__")).startswith("asyncio")
    )


def _close(self: Any, *rest: Any) -> None:
    # Not `close`, which waits for the files made by makefile().
    watched = known.get(id(self))
    if watched is None:
        _real_close(self, *rest)
        return
    with _call("close", self, watched):
        _forget(self)
        _real_close(self, *rest)


def _hash(self: Any) -> int:
    # By age, not by address: so a set of sockets has the same order in each run.
    age = _ages.get(id(self))
    return object.__hash__(self) if age is None else age


def _del(self: Any) -> None:
    watched = _forget(self)
    _ages.pop(id(self), None)
    thread = channel.this_thread()
    if watched is None or thread is None or ending:
        _real_del(self)
        return
    # Where the script itself lets go of it, it is a call like any other. The
    # collector may come at any moment, though, when there is no turn to ask for.
    with _call("close", self, watched) as call:
        call.quiet = not called_by_learner(1)
        call.result["result"] = "dropped"
        # Without this the dropped socket would stay open for ever.
        _real_del(self)


def _detach(self: Any) -> int:
    watched = known.get(id(self))
    if watched is None:
        return int(_real_detach(self))
    with _call("detach", self, watched) as call:
        _forget(self)
        descriptor = int(_real_detach(self))
        call.result["result"] = str(descriptor)
    return descriptor


def _dup(self: Any) -> Any:
    watched = known.get(id(self))
    if watched is None:
        return _real_dup(self)
    with _call("dup", self, watched):
        return _real_dup(self)


def _forget(sock: Any) -> Watched | None:
    unnamed.pop(id(sock), None)
    return known.pop(id(sock), None)


# -- addresses ---------------------------------------------------------------


def _bind(self: Any, *given: Any) -> None:
    if len(given) != 1:
        RAW.bind(self, *given)  # raises what the script is to see
    address = given[0]
    watched = known.get(id(self))
    if watched is None:
        RAW.bind(self, ports.for_bind(address))
        return
    with _call("bind", self, watched, show(address)) as call:
        call.quiet = True
        real = ports.for_bind(address)
        RAW.bind(self, real)
        thread = channel.this_thread()
        if real != address and not real[1] and thread is not None:
            free = RAW.getsockname(self)[1]
            channel.real_port[address[1]] = free
            channel.shown_port[free] = address[1]
            channel.tell(thread, "mapped", shown=address[1], real=free)
        _tell_place(self, watched)


def _accept(self: Any) -> Any:
    watched = known.get(id(self))
    thread = channel.this_thread()
    if watched is None or thread is None:
        descriptor, address = self._accept()
        return _accepted(self, descriptor), ports.shown(address)
    with _call("accept", self, watched) as call:
        live = self
        if RAW.getsockopt(self, _socket.SOL_SOCKET, _socket.SO_ACCEPTCONN):
            live = _readable(call, self, "client")
        descriptor, address = live._accept()
        connection = _accepted(self, descriptor)
    return connection, ports.shown(address)


def _accepted(listener: Any, descriptor: int) -> Any:
    """The new socket, as `socket.accept` makes it."""
    connection = socket.socket(
        listener.family, listener.type, listener.proto, fileno=descriptor
    )
    if socket.getdefaulttimeout() is None and listener.gettimeout():
        connection.setblocking(True)
    return connection


def _connect(self: Any, *given: Any) -> None:
    if len(given) != 1:
        RAW.connect(self, *given)  # raises what the script is to see
    address = given[0]
    watched = known.get(id(self))
    if watched is None:
        RAW.connect(self, ports.for_peer(address))
        return
    with _call("connect", self, watched, show(address)) as call:
        _reach(call, self, watched, address)


def _connect_ex(self: Any, *given: Any) -> int:
    if len(given) != 1:
        RAW.connect_ex(self, *given)  # raises what the script is to see
    address = given[0]
    watched = known.get(id(self))
    if watched is None:
        return RAW.connect_ex(self, ports.for_peer(address))
    with _call("connect_ex", self, watched, show(address)) as call:
        try:
            _reach(call, self, watched, address)
            code = 0
        except _socket.gaierror:
            raise
        except OSError as error:
            code = error.errno or RAW_WOULD_BLOCK
        call.result["result"] = str(code)
    return code


RAW_WOULD_BLOCK = 11 if sys.platform == "linux" else 35
"""What `connect_ex` returns for a timeout."""


def _reach(call: Call, sock: Any, watched: Watched, address: Any) -> None:
    """Connect; the waiting is ours if the socket is one that waits."""
    real = ports.for_peer(address)
    timeout = sock.gettimeout()
    if timeout == 0 or channel.blind:
        try:
            RAW.connect(sock, real)
        finally:
            _tell_place(sock, watched)
        return
    RAW.settimeout(sock, 0)
    under_way = False
    try:
        try:
            RAW.connect(sock, real)
        except BlockingIOError:
            under_way = True
        if under_way:  # outside the handler, or tracebacks would tell of it
            RAW.settimeout(sock, timeout)
            _await_handshake(call, sock, timeout)
    finally:
        RAW.settimeout(sock, timeout)
        _tell_place(sock, watched)


def _await_handshake(call: Call, sock: Any, timeout: float | None) -> None:
    check = channel.descriptor_check(sock.fileno(), write=True)
    if not check(HANDSHAKE) and not call.wait(
        check, "connection", timeout=timeout, unsteady=True
    ):
        raise TimeoutError("timed out")
    error = RAW.getsockopt(sock, _socket.SOL_SOCKET, _socket.SO_ERROR)
    if error:
        raise OSError(error, os.strerror(error))


def _getsockname(self: Any) -> Any:
    return _name_of_end("getsockname", self, called_by_learner(1))


def _getpeername(self: Any) -> Any:
    return _name_of_end("getpeername", self, called_by_learner(1))


def _name_of_end(name: str, sock: Any, by_learner: bool) -> Any:
    watched = known.get(id(sock))
    if watched is None or not by_learner:
        return ports.shown(getattr(RAW, name)(sock))
    with _call(name, sock, watched) as call:
        call.quiet = True
        address = ports.shown(getattr(RAW, name)(sock))
        call.result["result"] = show(address)
    return address


def _tell_place(
    sock: Any, watched: Watched, thread: channel.Thread | None = None
) -> None:
    """Tell the stage between which addresses the socket stands, if new."""
    thread = thread or channel.this_thread()
    if thread is None:
        return
    ends = []
    for method in (RAW.getsockname, RAW.getpeername):
        try:
            address = method(sock)
        except OSError:
            address = None
        is_internet = isinstance(address, tuple) and len(address) >= 2
        ends.append(address[:2] if is_internet else None)
    if ends[0] is not None and not ends[0][1]:
        ends[0] = None  # no port yet
    if ends != [None, None] and ends != watched.place:
        watched.place = ends
        channel.tell(
            thread, "placed", number=watched.number, local=ends[0], remote=ends[1]
        )


# -- bytes -------------------------------------------------------------------


def _reading(name: str) -> Any:
    """A watching `recv`, or one of its kin."""
    real = getattr(RAW, name, None)
    into = name.endswith("_into")

    def read(self: Any, *args: Any, **kwargs: Any) -> Any:
        watched = known.get(id(self))
        if watched is None:
            result = real(self, *args, **kwargs)  # type: ignore[misc]
            return _with_shown(name, result)
        shown = tuple("buffer" if into and not i else show(a) for i, a in _each(args))
        with _call(name, self, watched, *shown) as call:
            live = self
            if not _has_flag(args, kwargs, into) and _can_wait(self):
                stream = self.type == _socket.SOCK_STREAM
                live = _readable(call, self, "bytes" if stream else "datagram")
            result = real(live, *args, **kwargs)  # type: ignore[misc]
            first = result[0] if isinstance(result, tuple) else result
            if into:
                first = memoryview(args[0]).cast("B")[:first]
            call.result.update(_payload(first))
        return _with_shown(name, result)

    read.__name__ = name
    return read


def _each(args: tuple[Any, ...]) -> enumerate[Any]:
    return enumerate(args)


def _has_flag(args: tuple[Any, ...], kwargs: dict[str, Any], into: bool) -> bool:
    """Whether the call was told, by a flag, not to wait."""
    flags = kwargs.get("flags", args[-1] if len(args) > 1 + into else 0)
    return isinstance(flags, int) and bool(flags & DONTWAIT)


def _can_wait(sock: Any) -> bool:
    """False if reading fails at once, as it does on a listener."""
    if sock.type != _socket.SOCK_STREAM:
        return True
    try:
        RAW.getpeername(sock)
    except OSError:
        return False
    return True


def _with_shown(name: str, result: Any) -> Any:
    if name in ("recvfrom", "recvmsg", "recvfrom_into"):
        return (*result[:-1], ports.shown(result[-1]))
    return result


def _send(self: Any, *given: Any) -> int:
    if not 1 <= len(given) <= 2:
        RAW.send(self, *given)  # raises what the script is to see
    data, flags = (*given, 0)[:2]
    watched = known.get(id(self))
    if watched is None:
        return RAW.send(self, data, flags)
    with _call("send", self, watched, payload=data) as call:
        view = _bytes_of(data, lambda: RAW.send(self, data, flags))
        # A blocking send() returns when all is handed over (send(2)).
        patient = self.gettimeout() is None
        sent = _hand_over(call, self, view, flags, once=not patient)
        _push(self)
        call.result["result"] = str(sent)
    return sent


def _sendall(self: Any, *given: Any) -> None:
    if not 1 <= len(given) <= 2:
        RAW.sendall(self, *given)  # raises what the script is to see
    data, flags = (*given, 0)[:2]
    watched = known.get(id(self))
    if watched is None:
        RAW.sendall(self, data, flags)
        return
    with _call("sendall", self, watched, payload=data) as call:
        if self.gettimeout() == 0:
            RAW.sendall(self, data, flags)
        else:
            view = _bytes_of(data, lambda: RAW.sendall(self, data, flags))
            _hand_over(call, self, view, flags, once=False)
        _push(self)


def _hand_over(call: Call, sock: Any, view: memoryview, flags: int, once: bool) -> int:
    """Send all (or, `once`, what goes at once); returns how many bytes."""
    timeout = sock.gettimeout()
    if timeout == 0 or channel.blind:
        return RAW.send(sock, view, flags)
    until = None if timeout is None else time.monotonic() + timeout
    check = channel.descriptor_check(sock.fileno(), write=True)
    sent = 0
    while True:
        if timeout is not None or not DONTWAIT:  # send() would wait by itself
            left = None if until is None else max(until - time.monotonic(), 0.001)
            if not call.wait(check, "room", timeout=left):
                raise TimeoutError("timed out")
        try:
            sent += RAW.send(sock, view[sent:], flags | DONTWAIT)
        except BlockingIOError:
            call.wait(check, "room", timeout=timeout)
        if once or sent == len(view):
            return sent


def _bytes_of(data: Any, fail: Callable[[], object]) -> memoryview:
    try:
        return memoryview(data).cast("B")
    except TypeError:
        fail()  # raises what the script is to see
        raise


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


def _sendto(self: Any, data: Any, *rest: Any) -> int:
    send: Any = RAW.sendto
    watched = known.get(id(self))
    if watched is None or not rest:
        return int(send(self, data, *rest))
    *flags, address = rest
    with _call("sendto", self, watched, show(address), payload=data) as call:
        sent = int(send(self, data, *flags, ports.for_peer(address)))
        _tell_place(self, watched)
        call.result["result"] = str(sent)
    return sent


def _sendmsg(
    self: Any, buffers: Any, ancdata: Any = (), flags: int = 0, address: Any = None, /
) -> int:
    buffers = list(buffers)
    target = () if address is None else (ports.for_peer(address),)
    watched = known.get(id(self))
    if watched is None:
        return RAW.sendmsg(self, buffers, ancdata, flags, *target)
    payload = b"".join(buffers)
    with _call("sendmsg", self, watched, payload=payload) as call:
        if self.gettimeout() != 0 and not flags & DONTWAIT and _can_wait(self):
            check = channel.descriptor_check(self.fileno(), write=True)
            if not call.wait(check, "room", timeout=self.gettimeout()):
                raise TimeoutError("timed out")
        sent = RAW.sendmsg(self, buffers, ancdata, flags, *target)
        call.result["result"] = str(sent)
    return sent


def _sendfile(self: Any, file: Any, offset: int = 0, count: int | None = None) -> int:
    watched = known.get(id(self))
    if watched is None:
        return int(self._sendfile_use_send(file, offset, count))
    name = show(getattr(file, "name", file))
    with _call("sendfile", self, watched, name) as call:
        # By send(), which is watched; os.sendfile() would wait unseen.
        sent = int(self._sendfile_use_send(file, offset, count))
        call.result["result"] = str(sent)
        call.result["size"] = sent
    return sent


# -- what all of them use ----------------------------------------------------


def _call(
    name: str, sock: Any, watched: Watched, *arguments: str, payload: Any = None
) -> Call:
    if not watched.named:
        find_names(channel.learner_frame(sys._getframe(2)))
    fields: dict[str, Any] = {"socket": watched.number, "arguments": arguments}
    if payload is not None:
        fields.update(_payload(payload))
    return Call(name, **fields)


def _payload(data: Any) -> dict[str, Any]:
    try:
        view = memoryview(data).cast("B")
    except TypeError:  # the real call will say what is wrong with it
        return {}
    return {"data": bytes(view[:DATA_LIMIT]), "size": len(view)}


def _readable(call: Call, sock: Any, why: str) -> Any:
    """Wait until the socket can be read from; returns what to read from."""
    timeout = sock.gettimeout()
    descriptor = sock.fileno()
    if timeout == 0 or descriptor < 0 or channel.blind:
        return sock
    alone = len(channel.threads) == 1
    if not alone:
        # If another thread closes the socket, the operating system keeps it
        # for whoever is inside a call on it. So do we.
        descriptor = channel.out_of_the_way(descriptor)
    try:
        check = channel.descriptor_check(descriptor)
        if not call.wait(check, why, timeout=timeout):
            raise TimeoutError("timed out")
        if alone or sock.fileno() >= 0:
            return sock
        kept = RAW(sock.family, sock.type, sock.proto, fileno=descriptor)
        descriptor = -1
        return kept
    finally:
        if not alone and descriptor >= 0:
            os.close(descriptor)


def _immediate(name: str, only_learner: bool = False, real: Any = None) -> Any:
    """A watching method for a call that never blocks."""
    real = real or getattr(RAW, name)

    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        watched = known.get(id(self))
        if watched is None or (only_learner and not called_by_learner(1)):
            return real(self, *args, **kwargs)
        shown = [_option(name, i, args) for i in range(len(args))]
        shown += [f"{key}={show(value)}" for key, value in kwargs.items()]
        with _call(name, self, watched, *shown) as call:
            call.quiet = name not in ("listen", "shutdown")
            result = real(self, *args, **kwargs)
            if name == "listen":
                watched.listens = True
                _tell_place(self, watched)
            if isinstance(result, (int, bytes)):
                call.result["result"] = show(result)
        return result

    method.__name__ = name
    return method


def _option(name: str, index: int, args: tuple[Any, ...]) -> str:
    """An argument as the script would write it: `SO_REUSEADDR`, not 2."""
    value = args[index]
    if name == "shutdown":
        return _constant(value, "SHUT_")
    if name in ("setsockopt", "getsockopt") and index == 0:
        return (
            "SOL_SOCKET"
            if value == _socket.SOL_SOCKET
            else _constant(value, "IPPROTO_")
        )
    if name in ("setsockopt", "getsockopt") and index == 1:
        prefixes = {
            _socket.SOL_SOCKET: "SO_",
            _socket.IPPROTO_TCP: "TCP_",
            getattr(_socket, "IPPROTO_IPV6", -1): "IPV6_",
        }
        return _constant(value, prefixes.get(args[0], ""))
    return show(value)


def _constant(value: Any, prefix: str = "") -> str:
    name = getattr(value, "name", None)
    if name is None and prefix:
        foreign = ("SO_J1939", "SO_VM_")  # of other families, same numbers
        names = (
            n
            for n in sorted(vars(_socket))
            if n.startswith(prefix) and not n.startswith(foreign)
        )
        name = next((n for n in names if getattr(_socket, n) == value), None)
    return str(name) if name is not None else show(value)


def find_names(frame: FrameType | None) -> None:
    """See under which variables the script keeps its sockets."""
    if frame is None or not unnamed:
        return
    for scope in (frame.f_locals, frame.f_globals):
        for name, value in list(scope.items()):
            if id(value) in unnamed and isinstance(value, CLASS):
                _name(value, name)
            elif name == "self":
                for attribute, held in list(getattr(value, "__dict__", {}).items()):
                    if id(held) in unnamed and isinstance(held, CLASS):
                        _name(held, f"self.{attribute}")


def _name(sock: Any, name: str) -> None:
    watched = unnamed.pop(id(sock))
    watched.named = True
    thread = channel.this_thread()
    if thread is not None:
        channel.tell(thread, "named", number=watched.number, name=name)
