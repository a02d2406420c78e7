"""Watching `select` and its kin: waiting for several things at once.

`selectors` took hold of the real `select` functions when `socket` imported
it. So its classes are watched themselves, and the functions for the script.
"""

from __future__ import annotations

import functools
import select
import selectors
import sys

from socketscope.watched import channel, script, sockets
from socketscope.watched.calls import Call
from socketscope.watched.hints import Any, Callable, Iterable

_real_select = select.select
READ = selectors.EVENT_READ
WRITE = selectors.EVENT_WRITE


def install() -> None:
    """Put the watching versions in place."""
    select.select = _select
    for name in ("poll", "epoll", "devpoll"):
        if hasattr(select, name):
            setattr(select, name, functools.partial(Poll, getattr(select, name)))
    for name in ("Select", "Poll", "Epoll", "Devpoll", "Kqueue"):
        selector = getattr(selectors, f"{name}Selector", None)
        if selector is not None:
            selector.select = _selecting(selector.select)


def _select(
    rlist: Iterable[Any],
    wlist: Iterable[Any],
    xlist: Iterable[Any],
    timeout: float | None = None,
    /,
) -> Any:
    lists = list(rlist), list(wlist), list(xlist)
    wanted = [(item, READ) for item in lists[0]] + [(item, WRITE) for item in lists[1]]
    return _wait_for_any(lambda limit: _real_select(*lists, limit), wanted, timeout)


def _selecting(real: Any) -> Any:
    """A selector's `select` method, watched."""

    def select(self: Any, timeout: float | None = None) -> Any:
        keys = list((self.get_map() or {}).values())
        wanted = [(key.fileobj, key.events) for key in keys]
        return _wait_for_any(lambda limit: real(self, limit), wanted, timeout)

    return select


class Poll:
    """A `poll` or `epoll` object whose waiting is watched."""

    def __init__(self, make: Any, *args: Any, **kwargs: Any) -> None:
        self._real = make(*args, **kwargs)
        self._per_second = 1 if make.__name__ == "epoll" else 1000
        self._registered: dict[int, int] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def register(self, fd: Any, *eventmask: Any) -> None:
        self._real.register(fd, *eventmask)
        reads = not eventmask or bool(eventmask[0] & select.POLLIN)
        self._registered[_descriptor(fd)] = READ if reads else WRITE

    def unregister(self, fd: Any) -> None:
        self._real.unregister(fd)
        self._registered.pop(_descriptor(fd), None)

    def __enter__(self) -> Poll:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def poll(self, timeout: float | None = None, *rest: Any) -> Any:
        if timeout is not None:
            timeout = None if timeout < 0 else timeout / self._per_second
        wanted = list(self._registered.items())

        def look(limit: float | None) -> Any:
            limit = None if limit is None else limit * self._per_second
            return self._real.poll(limit, *rest)

        return _wait_for_any(look, wanted, timeout, "poll")


def _wait_for_any(
    look: Callable[[float | None], Any],
    wanted: list[tuple[Any, int]],
    timeout: float | None,
    name: str = "select",
) -> Any:
    """Call `look` when it will find something, or when time is up."""
    thread = channel.this_thread()
    if thread is None:
        return look(timeout)
    found = look(0)
    if _count(found) and found == thread.found and channel.turns:
        # The same as before, and nothing was called since: it only looks again.
        channel.ask(thread, "pause", yields=True)
        found = look(0)
        if found == thread.found:
            return found
    sockets.find_names(script.frame_of(sys._getframe(2)))
    numbers, waits_for = _what_for(wanted)
    arguments = () if timeout is None else (f"timeout={round(timeout, 2)!r}",)
    with Call(name, sockets=numbers, arguments=arguments) as call:
        if not _count(found):
            if timeout is not None and timeout <= 0:
                # The script looks in vain; a library may have other work.
                call.late = script.is_calling(2)
            elif call.wait(lambda s: _count(look(s)) > 0, *waits_for, timeout=timeout):
                found = look(0)
        call.result["result"] = f"{_count(found)} ready"
    thread.found = found
    return found


def _count(found: Any) -> int:
    return sum(map(len, found)) if isinstance(found, tuple) else len(found)


def _what_for(
    wanted: list[tuple[Any, int]],
) -> tuple[tuple[int, ...], tuple[str, ...]]:
    """The numbers of the sockets, and what is waited for, each once."""
    # By descriptor: a server object may stand for its socket.
    by_descriptor = {w.descriptor: w for w in sockets.known.values()}
    numbers: list[int] = []
    reasons: list[str] = []
    for item, events in wanted:
        descriptor = _descriptor(item)
        watched = by_descriptor.get(descriptor)
        if watched is not None:
            numbers.append(watched.number)
        if descriptor == 0:
            reasons.append("keyboard")
        elif events & READ and watched is not None and watched.listens:
            reasons.append("client")
        elif events & READ:
            reasons.append("bytes")
        if events & WRITE:
            reasons.append("writable")
    return tuple(numbers), tuple(dict.fromkeys(reasons)) or ("time",)


def _descriptor(item: Any) -> int:
    try:
        return item if isinstance(item, int) else int(item.fileno())
    except (OSError, ValueError, AttributeError):
        return -1
