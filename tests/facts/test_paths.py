"""What a client hears when the way to the server does not let it through."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.facts.inside import in_a_network_of_its_own, ip, lose, own
from tests.running import PATIENCE

SERVER = ("10.1.1.1", 5555)
FAR = ("10.2.2.2", 5555)
CONNECTION_TIMED_OUT = ["TimeoutError", 110, "Connection timed out"]
NO_ROUTE = ["OSError", 113, "No route to host"]
REFUSED = ["ConnectionRefusedError", 111, "Connection refused"]
# Codes of ICMP "destination unreachable": RFC 792, RFC 1122 section 3.2.2.1,
# RFC 1812 section 5.2.7.1.
HOST_UNREACHABLE, PORT_UNREACHABLE = 1, 3
HOST_PROHIBITED, ADMINISTRATIVELY_PROHIBITED = 10, 13


def raised(call: Callable[[], object]) -> list[object]:
    try:
        call()
    except OSError as error:
        return [type(error).__name__, error.errno, error.strerror]
    return []


@contextmanager
def conversation() -> Iterator[tuple[socket.socket, socket.socket]]:
    """A client and a connection to a server, whose address can be lost."""
    own(SERVER[0])
    with socket.create_server(SERVER) as listener:
        client = socket.create_connection(SERVER, PATIENCE, ("10.0.0.1", 0))
        connection, _ = listener.accept()
    with client, connection:
        # Milliseconds without an acknowledgement; tcp(7). Else it takes minutes.
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, 400)
        yield client, connection


def vanish() -> None:
    """The server's computer is switched off: nothing comes back any more."""
    ip(f"address delete {SERVER[0]}/32 dev lo")
    lose(SERVER[0])


# --- a peer that vanishes ---------------------------------------------------


def talk_with_a_peer_that_vanishes() -> dict[str, object]:
    with conversation() as (client, _):
        vanish()
        client.sendall(b"Anybody there?")
        try:
            client.recv(1024)
        except OSError as error:
            return {
                "error": [type(error).__name__, error.errno, error.strerror],
                "is a ConnectionError": isinstance(error, ConnectionError),
                "then": client.recv(1024).decode(),
            }
    return {}


def test_a_peer_that_vanished_is_a_timeout_and_no_connection_error() -> None:
    heard = in_a_network_of_its_own(talk_with_a_peer_that_vanishes)
    assert heard == {
        "error": CONNECTION_TIMED_OUT,
        "is a ConnectionError": False,
        "then": "",
    }


def test_both_kinds_are_kinds_of_oserror() -> None:
    assert issubclass(TimeoutError, OSError)
    assert issubclass(ConnectionError, OSError)
    assert not issubclass(TimeoutError, ConnectionError)


def wait_for_a_peer_that_vanishes() -> list[object]:
    with conversation() as (client, _):
        vanish()
        client.settimeout(1)  # more than twice the time after which sending fails
        return raised(lambda: client.recv(1024))


def test_a_side_that_only_waits_does_not_hear_that_its_peer_has_vanished() -> None:
    heard = in_a_network_of_its_own(wait_for_a_peer_that_vanishes)
    assert heard == ["TimeoutError", None, None]  # its own limit, and no more


# --- a path that drops ------------------------------------------------------


def connect_where_nothing_answers() -> list[object]:
    lose(FAR[0])
    with socket.socket() as client:
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_SYNCNT, 1)  # one more try
        return raised(lambda: client.connect(FAR))


def test_connect_times_out_where_nothing_answers() -> None:
    assert in_a_network_of_its_own(connect_where_nothing_answers) == (
        CONNECTION_TIMED_OUT
    )


# --- a path that says no ----------------------------------------------------


def connect_through_a_firewall(code: int) -> list[object]:
    """A firewall drops what comes to it, and says so by ICMP."""
    lose(FAR[0])
    watches = threading.Event()
    firewall = threading.Thread(target=reject_one, args=[code, watches])
    firewall.start()
    assert watches.wait(PATIENCE)
    with socket.socket() as client:
        client.settimeout(PATIENCE)
        heard = raised(lambda: client.connect(FAR))
    firewall.join(PATIENCE)
    return heard


def reject_one(code: int, watches: threading.Event) -> None:
    with (
        socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(3)) as cable,
        socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP) as answer,
    ):
        cable.bind(("near", 3))  # ETH_P_ALL: what leaves is seen too
        cable.settimeout(PATIENCE)
        watches.set()
        while True:
            packet = cable.recv(2048)
            if packet[9:10] == bytes([socket.IPPROTO_TCP]):
                break
        message = struct.pack("!BBHI", 3, code, 0, 0) + packet[:28]
        filled = struct.pack("!H", checksum(message))
        answer.sendto(message[:2] + filled + message[4:], ("10.0.0.1", 0))


def checksum(data: bytes) -> int:
    """The one of RFC 1071."""
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def port_unreachable() -> list[object]:
    return connect_through_a_firewall(PORT_UNREACHABLE)


def host_unreachable() -> list[object]:
    return connect_through_a_firewall(HOST_UNREACHABLE)


def host_prohibited() -> list[object]:
    return connect_through_a_firewall(HOST_PROHIBITED)


def administratively_prohibited() -> list[object]:
    return connect_through_a_firewall(ADMINISTRATIVELY_PROHIBITED)


def test_a_firewall_that_rejects_refuses_too() -> None:
    assert in_a_network_of_its_own(port_unreachable) == REFUSED


@pytest.mark.parametrize(
    "answer", [host_unreachable, host_prohibited, administratively_prohibited]
)
def test_a_router_or_a_firewall_can_answer_that_there_is_no_route(answer) -> None:
    assert in_a_network_of_its_own(answer) == NO_ROUTE


def connect_to_an_absent_neighbour() -> list[object]:
    Path("/proc/sys/net/ipv4/neigh/near/retrans_time_ms").write_text("100")
    with socket.socket() as client:
        client.settimeout(PATIENCE)
        return raised(lambda: client.connect(("10.0.0.77", 5555)))


def test_there_is_no_route_to_a_neighbour_that_is_not_there() -> None:
    assert in_a_network_of_its_own(connect_to_an_absent_neighbour) == NO_ROUTE


def connect_without_a_network() -> list[object]:
    with socket.socket() as client:
        return raised(lambda: client.connect(("10.9.9.9", 5555)))


def test_without_any_way_out_the_network_is_unreachable() -> None:
    heard = in_a_network_of_its_own(connect_without_a_network)
    assert heard == ["OSError", 101, "Network is unreachable"]


def talk_with_a_neighbour_that_is_switched_off() -> list[object]:
    Path("/proc/sys/net/ipv4/neigh/near/retrans_time_ms").write_text("100")
    with conversation() as (client, _):
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, 1500)
        ip(f"address delete {SERVER[0]}/32 dev lo")
        ip(f"route add {SERVER[0]} dev near")  # and nobody there has that address
        client.sendall(b"Anybody there?")
        client.settimeout(PATIENCE)
        return raised(lambda: client.recv(1024))


def test_from_a_neighbour_that_is_switched_off_there_is_no_route() -> None:
    assert in_a_network_of_its_own(talk_with_a_neighbour_that_is_switched_off) == (
        NO_ROUTE
    )
