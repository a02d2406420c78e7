"""What a recording shows of values: arguments, bytes, exceptions."""

from __future__ import annotations

import _socket
import errno

from socketscope.watched.hints import Any

DATA_LIMIT = 4096
DATA_KEPT, DATA_AFTER = 20_000, 16
"""Bytes of a program's payloads that are kept, and of each payload after that."""
OPTIONS = {
    _socket.SOL_SOCKET: "SO_",
    _socket.IPPROTO_TCP: "TCP_",
    getattr(_socket, "IPPROTO_IPV6", -1): "IPV6_",
}
"""How the names of a level's options begin."""
FOREIGN = ("SO_J1939", "SO_VM_")
"""Options of other families, which have the same numbers."""
_kept = 0


def show(value: object, limit: int = 80) -> str:
    """`repr`, cut; it never fails and never prints a large object whole."""
    try:
        if isinstance(value, (str, bytes)) and len(value) > limit:
            value = value[:limit]
        text = repr(value)
    except Exception:
        text = f"<{type(value).__name__}>"
    return text if len(text) <= limit else text[: limit - 3] + "..."


def constant(value: Any, prefix: str = "") -> str:
    """The name of a number of the library's, `SO_REUSEADDR` for 2."""
    name = getattr(value, "name", None)
    if name is None and prefix:
        for known in sorted(vars(_socket)):
            is_meant = known.startswith(prefix) and not known.startswith(FOREIGN)
            if is_meant and getattr(_socket, known) == value:
                return known
    return show(value) if name is None else str(name)


def told_of(name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
    """What a call on a socket was given, as fields of a message."""
    if name in ("send", "sendall"):
        return payload(args[0])
    if name == "sendmsg":
        try:
            return payload(b"".join(args[0]))
        except TypeError:
            return {}
    if name == "sendto":
        return {"arguments": (show(args[-1]),), **payload(args[0])}
    if name == "sendfile":
        file = args[0] if args else kwargs.get("file")
        return {"arguments": (show(getattr(file, "name", file)),)}
    by_name = [f"{key}={show(value)}" for key, value in kwargs.items()]
    return {"arguments": (*_as_written(name, args), *by_name)}


def _as_written(name: str, args: tuple[Any, ...]) -> list[str]:
    """Arguments as the script would write them: `SO_REUSEADDR`, not 2."""
    shown = [show(value) for value in args]
    if name == "shutdown":
        shown = [constant(value, "SHUT_") for value in args]
    elif name in ("setsockopt", "getsockopt") and len(args) > 1:
        level, option = args[:2]
        is_general = level == _socket.SOL_SOCKET
        shown[0] = "SOL_SOCKET" if is_general else constant(level, "IPPROTO_")
        shown[1] = constant(option, OPTIONS.get(level, ""))
    elif name.endswith("_into"):
        shown[:1] = ["buffer"]
    return shown


def view_of(data: Any) -> memoryview | None:
    """The bytes of an object; None if it has none."""
    try:
        return memoryview(data).cast("B")
    except TypeError:
        return None


def payload(data: Any) -> dict[str, Any]:
    """The bytes of a call, as fields of a message."""
    view = view_of(data)
    if view is None:  # the real call will say what is wrong with it
        return {}
    global _kept
    data = bytes(view[: DATA_LIMIT if _kept < DATA_KEPT else DATA_AFTER])
    _kept += len(data)
    return {"data": data, "size": len(view)}


def describe(error: BaseException) -> tuple[str, str, str | None]:
    """The fields of `recording.Raised`."""
    kind = type(error)
    name = kind.__qualname__
    if kind.__module__ not in ("builtins", "__main__"):
        name = f"{kind.__module__}.{name}"
    try:
        text = str(error)
    except Exception:
        text = "<exception str() failed>"
    number = None
    # A gaierror has numbers of its own (getaddrinfo(3)).
    if isinstance(error, OSError) and not isinstance(error, _socket.gaierror):
        number = errno.errorcode.get(error.errno or 0)
    return name, text, number and number.removeprefix("WSA")
