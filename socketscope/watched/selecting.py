"""Watching `select` and its kin: waiting for several things at once.

`selectors` took hold of the real `select` functions when `socket` imported
it. So its classes are watched themselves, and the functions for the script.
"""

from __future__ import annotations

import select
import selectors
import sys

from socketscope.watched import channel, script, sockets, values
from socketscope.watched.calls import Call

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

_real_select = select.select
READ = selectors.EVENT_READ
WRITE = selectors.EVENT_WRITE


def install() -> None:
    """Put the watching versions in place."""
    select.select = _select
    for name in ("poll", "epoll", "devpoll"):
        if hasattr(select, name):
            setattr(select, name, _maker(getattr(select, name)))
    for name in (
        "SelectSelector",
        "PollSelector",
        "EpollSelector",
        "DevpollSelector",
        "KqueueSelector",
    ):
        selector = getattr(selectors, name, None)
        if selector is not None:
            selector.select = _selecting(selector.select)


def _select(
    rlist: Iterable[Any],
    wlist: Iterable[Any],
    xlist: Iterable[Any],
    timeout: float | None = None,
    /,
) -> tuple[list[Any], list[Any], list[Any]]:
    lists = list(rlist), list(wlist), list(xlist)
    wanted = [(item, READ) for item in lists[0]] + [(item, WRITE) for item in lists[1]]
    found: Any = _wait_for_any(
        lambda seconds: _real_select(*lists, seconds), any, wanted, timeout
    )
    return found  # type: ignore[no-any-return]


def _selecting(real: Any) -> Any:
    """A selector's `select` method, watched."""

    def select(self: Any, timeout: float | None = None) -> Any:
        keys = list((self.get_map() or {}).values())
        wanted = [(key.fileobj, key.events) for key in keys]
        return _wait_for_any(lambda seconds: real(self, seconds), bool, wanted, timeout)

    return select


def _maker(real: Any) -> Any:
    """Makes a watched `poll` or `epoll` object."""

    def make(*args: Any, **kwargs: Any) -> Poll:
        return Poll(real(*args, **kwargs), real.__name__ == "epoll")

    make.__name__ = real.__name__
    return make


class Poll:
    """A `poll` or `epoll` object whose waiting is watched."""

    def __init__(self, real: Any, counts_seconds: bool) -> None:
        self._real = real
        self._per_second = 1 if counts_seconds else 1000
        self._registered: dict[int, tuple[Any, int]] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def register(self, fd: Any, *eventmask: Any) -> None:
        self._real.register(fd, *eventmask)
        number = fd if isinstance(fd, int) else fd.fileno()
        reads = not eventmask or bool(eventmask[0] & select.POLLIN)
        self._registered[number] = (fd, READ if reads else WRITE)

    def unregister(self, fd: Any) -> None:
        self._real.unregister(fd)
        self._registered.pop(fd if isinstance(fd, int) else fd.fileno(), None)

    def __enter__(self) -> Poll:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def poll(self, timeout: float | None = None, *rest: Any) -> Any:
        if timeout is not None:
            timeout = None if timeout < 0 else timeout / self._per_second
        return _wait_for_any(
            lambda seconds: self._real.poll(
                None if seconds is None else seconds * self._per_second, *rest
            ),
            bool,
            list(self._registered.values()),
            timeout,
            "poll",
        )


def _wait_for_any(
    look: Callable[[float | None], Any],
    is_found: Callable[[Any], bool],
    wanted: list[tuple[Any, int]],
    timeout: float | None,
    name: str = "select",
) -> Any:
    """Call `look` when it will find something, or when time is up."""
    if channel.this_thread() is None:
        return look(timeout)
    sockets.find_names(script.frame_of(sys._getframe(2)))
    numbers, waits_for = _what_for(wanted)
    arguments = (
        () if timeout is None else (f"timeout={values.show(round(timeout, 2))}",)
    )
    with Call(name, sockets=numbers, arguments=arguments) as call:
        found = look(0)
        if not is_found(found):
            if timeout is not None and timeout <= 0:
                # The script looks in vain; a library may have other work.
                call.late = script.is_calling(2)
            elif call.wait(lambda s: is_found(look(s)), *waits_for, timeout=timeout):
                found = look(0)
        call.result["result"] = f"{_count(found)} ready"
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
