"""Ports as the script names them, and the real ones that stand for them.

The script says 5555; the operating system is asked for any free port, and
5555 is what the script sees wherever Python hands out an address. So many
people can share a machine, and a recording never meets the last one's
connections. The stage holds the map; it sends what is new with each turn.
"""

from __future__ import annotations

import _socket
import os

from socketscope.watched import channel
from socketscope.watched.hints import Any

FIRST_FREE_TO_ALL = 1024  # below, only an administrator may bind
RETURNS_ADDRESS_LAST = ("accept", "recvfrom", "recvmsg", "recvfrom_into")


def method(of: Any, name: str) -> Any:
    """The real method of a socket, with its addresses as the script has them."""
    real = getattr(of, name)
    translate = for_bind if name == "bind" else for_peer
    return lambda *args, **kwargs: shown(real(*map(translate, args), **kwargs))


def in_result(name: str, result: Any) -> Any:
    """What a method returned, as the script is to see it."""
    if name in RETURNS_ADDRESS_LAST:
        return (*result[:-1], shown(result[-1]))
    return result


def shown(address: Any) -> Any:
    """The address as the script is to see it."""
    if not _is_internet(address):
        return address
    host, port, *rest = address
    if port and not channel.real_ports and port not in channel.shown_port:
        thread = channel.this_thread()
        if thread is not None:
            channel.ask(thread, "name_port", port=port)
    return (host, channel.shown_port.get(port, port), *rest)


def for_bind(address: Any) -> Any:
    """The real address to bind for one that the script names."""
    if not _is_internet(address) or channel.real_ports:
        return address
    host, port, *rest = address
    if not port or _is_forbidden(port):
        return address
    return (host, channel.real_port.get(port, port if channel.blind else 0), *rest)


def for_peer(address: Any) -> Any:
    """The real address to connect or send to."""
    if not _is_internet(address) or channel.real_ports:
        return address
    host, port, *rest = address
    if not is_this_machine(host):
        return address
    thread = channel.this_thread()
    if port not in channel.real_port and thread is not None:
        # Nobody here has it: a port at which nobody listens stands for it.
        return (host, channel.ask(thread, "nobody_at", port=port), *rest)
    return (host, channel.real_port.get(port, port), *rest)


def keep(port: int, real: int) -> None:
    """Let a port that was bound stand for the one that the script named."""
    thread = channel.this_thread()
    if thread is not None:
        channel.real_port[port], channel.shown_port[real] = real, port
        channel.tell(thread, "mapped", shown=port, real=real)


def is_this_machine(host: str) -> bool:
    """Whether the host is an address of this machine, so that we may map."""
    if host in ("", "localhost", "0.0.0.0", "::", "::1") or host.startswith("127."):
        return True
    try:
        found = _socket.getaddrinfo(host, 0, 0, _socket.SOCK_DGRAM)
        family, kind, protocol, _, address = found[0]
        # Only an address of its own can be bound.
        probe = _socket.socket(family, kind, protocol)
        try:
            probe.bind(address)
        finally:
            probe.close()
    except OSError:
        return False
    return True


def _is_internet(address: Any) -> bool:
    return (
        isinstance(address, tuple)
        and len(address) >= 2
        and isinstance(address[0], str)
        and isinstance(address[1], int)
        and 0 <= address[1] <= 65535
    )


def _is_forbidden(port: int) -> bool:
    return port < FIRST_FREE_TO_ALL and hasattr(os, "geteuid") and os.geteuid() != 0
