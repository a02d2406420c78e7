"""The sockets that the stage knows, and how calls on them are watched.

The methods of `socket.socket` are replaced in place, so whatever makes
sockets, and however early a script took hold of the class, is seen, and type
and `repr` stay what they are. Here are also the calls with which a socket
begins and ends.
"""

from __future__ import annotations

import _socket
import functools
import socket
import sys

from socketscope.watched import calls, channel, ports, script, values
from socketscope.watched.calls import Call, descriptor_check
from socketscope.watched.hints import Any, Callable, Container, FrameType

RAW = _socket.socket
"""The class below, in C: its methods are the real ones."""
CLASS: Any = socket.socket

_real_del = RAW.__del__  # type: ignore[attr-defined]
_real_close = CLASS._real_close
_real_detach = CLASS.detach
_real_init = CLASS.__init__


class Watched:
    """A socket that the stage knows, by number."""

    def __init__(self, number: int, sock: Any) -> None:
        self.number = number
        self.descriptor = sock.fileno()
        datagrams = sock.type == _socket.SOCK_DGRAM
        self.brings = "datagram" if datagrams else "bytes"
        """What it can be waited for to bring: `client` if it listens."""
        self.over = False
        """It was read to its end of file."""
        self.place: Any = None


known: dict[int, Watched] = {}
"""By the `id` of the open socket object (a socket has no room for more)."""
detached: dict[int, Watched] = {}
"""By descriptor: sockets that no object holds, until one is made of it again."""
of_the_loop: dict[int, int] = {}
"""The descriptors of the pairs with which asyncio wakes itself, by `id`."""
unnamed: dict[int, Watched] = {}
_ages: dict[int, int] = {}
TRIES = ("accept", "recv", "recv_into", "recvfrom")
LOOKS = (*TRIES, "setblocking", "settimeout")
ending = False
"""The script is over: sockets dropped from here on are not its doing."""
_made = 0


def install() -> None:
    """Watch the calls that concern a socket as a whole."""
    replace("__init__", _init)
    replace("__del__", _del)
    replace("__hash__", _hash)
    watch("_real_close", _close)  # not `close`, which waits for makefile()'s files
    watch("detach", _detach, takes=(0,))
    watch("dup")
    watch("listen", _listen, takes=(0, 1))
    watch("shutdown")
    for name in ("setsockopt", "settimeout", "setblocking"):
        watch(name, quiet=True)
    for name in ("getsockopt", "getsockname", "getpeername", "makefile"):
        watch(name, quiet=True, only_script=True)


def watch(
    name: str,
    body: Callable[..., Any] | None = None,
    takes: Container[int] | None = None,
    quiet: bool = False,
    only_script: bool = False,
    of: Any = CLASS,
    at_once: Callable[..., Any] | None = None,
) -> None:
    """Tell the stage of every call of this method on a socket that it knows.

    `body(call, socket, …)` makes the call, if the real method does not do.
    It `takes` so many arguments: with others the real one is called, and raises
    what the script is to see. With `only_script`, calls by a library are not told.
    The method is that `of` a class, which calls `read` and `write` of TLS by old
    names what others call `recv` and `send`. When a program has made more calls than
    are kept, `at_once` makes those that need not wait; it returns None for others.
    """
    real = ports.method(of, name)
    called = {"read": "recv", "write": "send"}.get(name, name.removeprefix("_real_"))

    def method(self: Any, /, *args: Any, **kwargs: Any) -> Any:
        watched = known.get(id(self))
        if calls.enough and at_once is not None and watched is not None:
            result = at_once(self, name, *args, **kwargs)
            if result is not None:
                return result
        is_wrong = takes is not None and (kwargs or len(args) not in takes)
        is_silent = channel.blind or (only_script and not script.is_calling(1))
        is_silent = is_silent or _only_looks(self, name)
        if watched is None or is_wrong or is_silent:
            return ports.in_result(name, real(self, *args, **kwargs))
        if id(self) in unnamed:
            find_names(script.frame_of(sys._getframe(1)))
        fields = values.told_of(called, args, kwargs)
        with Call(called, quiet, socket=watched.number, **fields) as call:
            if body is None:
                result = real(self, *args, **kwargs)
            else:
                result = body(call, self, *args, **kwargs)
            if isinstance(result, (int, str, bytes, tuple)) and not call.result:
                call.result["result"] = values.show(result)
        return ports.in_result(name, result)

    replace(name, method, of)


def replace(name: str, method: Any, of: Any = CLASS) -> None:
    """Put it in place of the class's own, whose name and signature it shows."""
    setattr(of, name, functools.update_wrapper(method, getattr(of, name)))


def _only_looks(sock: Any, name: str) -> bool:
    """Whether it is a library that tries whether something is there: `ssl`, as it
    wraps a socket, whether that is connected; asyncio, where nothing is."""
    if name not in LOOKS or (thread := channel.this_thread()) is None or thread.call:
        return False
    caller = sys._getframe(2)
    if caller.f_globals.get("__name__") == "ssl":
        return name != "accept"
    tries = name in TRIES and sock.gettimeout() == 0 and is_asyncio(caller)
    return tries and not descriptor_check(sock.fileno())(0)


def is_asyncio(frame: FrameType | None) -> bool:
    """Whether the frame runs code of asyncio, rather than of the script."""
    return frame is not None and str(frame.f_globals.get("__name__")).startswith(
        "asyncio."
    )


# -- beginnings and ends -----------------------------------------------------


def _init(
    self: Any,
    family: int = -1,
    type: int = -1,
    proto: int = -1,
    fileno: int | None = None,
) -> None:
    thread = channel.this_thread()
    caller = sys._getframe(1)
    if thread is None:
        _real_init(self, family, type, proto, fileno)
        return
    if caller.f_code.co_name == "socketpair" and is_asyncio(caller.f_back):
        _real_init(self, family, type, proto, fileno)
        of_the_loop[id(self)] = self.fileno()
        return
    origin = _origin(thread, caller, fileno)
    watched = None
    if isinstance(fileno, int) and origin == "socket":
        watched = _held_as(fileno)
    if watched is not None:  # only another object for it
        _real_init(self, family, type, proto, fileno)
        if caller.f_globals.get("__name__") == "ssl":  # it detaches the old one
            for old in [key for key, held in known.items() if held is watched]:
                unnamed.pop(old, None)
                del known[old]
        known[id(self)] = unnamed[id(self)] = watched
        _ages[id(self)] = watched.number
        return
    given = tuple(values.constant(v) for v in (family, type, proto) if v != -1)
    with Call("socket", quiet=True, arguments=given) as call:
        _real_init(self, family, type, proto, fileno)
        number = _welcome(self, thread, origin)
        call.fields["socket"] = number
        if thread.call is not call and thread.call is not None:
            thread.call.result["new"] = number


def _held_as(descriptor: int) -> Watched | None:
    """The socket of this descriptor, if it is one that we know."""
    held = (watched for watched in known.values() if watched.descriptor == descriptor)
    return next(held, None) or detached.pop(descriptor, None)


def _welcome(sock: Any, thread: channel.Thread, origin: str) -> int:
    """Number one more socket, and tell the stage of it."""
    global _made
    number = _made
    _made += 1
    known[id(sock)] = unnamed[id(sock)] = Watched(number, sock)
    detached.pop(sock.fileno(), None)  # it was closed unseen
    _ages[id(sock)] = number
    channel.tell(
        thread,
        "socket",
        number=number,
        origin=origin,
        family=values.constant(sock.family),
        type=values.constant(sock.type),
    )
    tell_place(sock)
    return number


def _origin(thread: channel.Thread, caller: FrameType, fileno: int | None) -> str:
    """The call that made a socket: `socket`, `accept`, `dup`, `fromfd` …"""
    if thread.call is not None and thread.call.name != "socket":
        return str(thread.call.name)
    code = caller.f_code
    if fileno is not None and code.co_filename == socket.__file__:
        return code.co_name
    return "socket"


def _hash(self: Any) -> int:
    # By age, not by address: so a set of sockets has the same order in each run.
    age = _ages.get(id(self))
    return object.__hash__(self) if age is None else age


def _listen(call: Call, sock: Any, *backlog: int) -> None:
    RAW.listen(sock, *backlog)
    known[id(sock)].brings = "client"
    tell_place(sock)


def _close(call: Call, sock: Any, *rest: Any) -> None:
    _forget(sock)
    _real_close(sock, *rest)


def _detach(call: Call, sock: Any) -> int:
    watched = _forget(sock)
    descriptor = int(_real_detach(sock))
    if watched is not None:
        detached[descriptor] = watched
    return descriptor


def _del(self: Any) -> None:
    watched = _forget(self)
    _ages.pop(id(self), None)
    of_the_loop.pop(id(self), None)
    if watched is None or channel.this_thread() is None or ending:
        _real_del(self)
        return
    # Where the script itself lets go of it, it is a call like any other. The
    # collector may come at any moment, though, when there is no turn to ask for.
    quiet = not script.is_calling(1)
    with Call("close", quiet, socket=watched.number) as call:
        call.result["result"] = "dropped"
        # Without this the dropped socket would stay open for ever.
        _real_del(self)


def _forget(sock: Any) -> Watched | None:
    unnamed.pop(id(sock), None)
    return known.pop(id(sock), None)


# -- what the stage is told of a socket --------------------------------------


def tell_place(sock: Any) -> None:
    """Tell the stage between which addresses the socket stands, if new."""
    watched = known.get(id(sock))
    thread = channel.this_thread()
    if watched is None or thread is None:
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


def find_names(frame: FrameType | None) -> None:
    """See under which variables the script keeps its sockets."""
    if frame is None or not unnamed:
        return
    for scope in (frame.f_locals, frame.f_globals):
        for name, value in list(scope.items()):
            if id(value) in unnamed:
                _name(value, name)
            elif name == "self":
                for attribute, held in list(getattr(value, "__dict__", {}).items()):
                    if id(held) in unnamed:
                        _name(held, f"self.{attribute}")


def _name(value: Any, name: str) -> None:
    thread = channel.this_thread()
    if isinstance(value, CLASS) and thread is not None:
        watched = unnamed.pop(id(value))
        channel.tell(thread, "named", number=watched.number, name=name)
