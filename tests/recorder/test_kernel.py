"""What the operating system says of TCP is read right, from each source."""

from __future__ import annotations

import socket
import sys
from collections.abc import Callable, Iterator

import pytest

from socketscope.recorder import kernel

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="these are Linux's")

SOURCES: list[Callable[[], kernel.Source]] = [kernel.Netlink, kernel.ProcNet]


@pytest.fixture(params=SOURCES, ids=["netlink", "proc"])
def source(request: pytest.FixtureRequest) -> Iterator[kernel.Source]:
    found: kernel.Source = request.param()
    yield found
    if isinstance(found, kernel.Netlink):
        found.close()


def seen(source: kernel.Source, sock: socket.socket) -> kernel.Connection | None:
    local = (kernel.plain_host(sock.getsockname()[0]), sock.getsockname()[1])
    try:
        peer = sock.getpeername()
        remote = (kernel.plain_host(peer[0]), peer[1])
    except OSError:
        remote = None
    found = [c for c in source() if (c.local, c.remote) == (local, remote)]
    return found[0] if found else None


@pytest.mark.parametrize("family", [socket.AF_INET, socket.AF_INET6])
def test_states_queues_and_backlog(source: kernel.Source, family: int) -> None:
    host = "127.0.0.1" if family == socket.AF_INET else "::1"
    with socket.create_server((host, 0), family=family) as listener:
        address = listener.getsockname()[:2]
        with socket.create_connection(address, timeout=10) as client:
            listening = seen(source, listener)
            assert listening is not None
            assert (listening.state, listening.waiting) == ("LISTEN", 1)
            connection, _ = listener.accept()
            with connection:
                client.sendall(b"12345")
                client.shutdown(socket.SHUT_WR)
                connection.settimeout(10)
                assert connection.recv(1, socket.MSG_PEEK) == b"1"
                end = seen(source, connection)
                assert end is not None
                # The FIN is in the queue as well, and is no byte to read.
                assert (end.state, end.waiting) == ("CLOSE_WAIT", 5)
                other = seen(source, client)
                assert other is not None
                assert other.state in {"FIN_WAIT_1", "FIN_WAIT_2"}


def test_an_ipv4_client_of_an_ipv6_server_has_one_address(
    source: kernel.Source,
) -> None:
    with socket.create_server(
        ("::", 0), family=socket.AF_INET6, dualstack_ipv6=True
    ) as listener:
        address = ("127.0.0.1", listener.getsockname()[1])
        with socket.create_connection(address, timeout=10) as client:
            connection, _ = listener.accept()
            with connection:
                one, other = seen(source, client), seen(source, connection)
                assert one is not None
                assert other is not None
                assert (one.local, one.remote) == (other.remote, other.local)


def test_psutil_tells_states_and_no_queues() -> None:
    pytest.importorskip("psutil")
    source = kernel.PsUtil(lambda: ())
    with socket.create_server(("127.0.0.1", 0)) as listener:
        found = seen(source, listener)
    assert found is not None
    assert (found.state, found.waiting) == ("LISTEN", None)


@pytest.mark.usefixtures("queues")
def test_the_best_source_needs_no_administrator() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        found = kernel.connections()
        assert found is not None
        assert (listener.getsockname(), "LISTEN") in [(c.local, c.state) for c in found]


def test_all_names_are_those_of_the_rfc() -> None:
    names = set(kernel.STATES.values())
    assert names >= kernel.IN_PASSING | kernel.FIN_RECEIVED | kernel.BOTH_ENDS_LIVE
    assert set(kernel.OTHER_NAMES.values()) <= names


def test_a_connection_that_is_no_more_is_not_taken_for_its_listener() -> None:
    source = kernel.Netlink()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        local = listener.getsockname()
        found = source({(local, None), (local, ("127.0.0.1", 9))})
    source.close()
    assert [(c.local, c.remote) for c in found] == [(local, None)]


@pytest.mark.usefixtures("queues")
def test_the_end_that_connected_is_known_from_the_other() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        client = socket.create_connection(listener.getsockname(), timeout=10)
        connection, _ = listener.accept()
        with client, connection:
            found = kernel.connections() or []
            ends = {c.local: c.connected for c in found if c.remote}
            assert ends[client.getsockname()]
            assert not ends[connection.getsockname()]


HERE, THERE = ("127.0.0.1", 1), ("127.0.0.1", 2)
FULL = kernel.Connection(HERE, THERE, "FIN_WAIT_1", 0, 0, 0, awaits_room=True)
ONE = kernel.Connection(HERE, THERE, "ESTABLISHED", 0, sent=5, received=0)


@pytest.mark.parametrize(
    ("connections", "moving"),
    [
        ([ONE, kernel.Connection(THERE, HERE, "ESTABLISHED", 5, 0, 5)], 0),
        ([ONE, kernel.Connection(THERE, HERE, "ESTABLISHED", 4, 0, 4)], 1),
        ([ONE], 1),
        ([kernel.Connection(HERE, THERE, "FIN_WAIT_1")], 1),
        # Bytes without room wait for the reader, if there is something to read.
        ([FULL, kernel.Connection(THERE, HERE, "ESTABLISHED", 9, 0, 0)], 0),
        ([FULL, kernel.Connection(THERE, HERE, "ESTABLISHED", 0, 0, 0)], 1),
        ([kernel.Connection(HERE, THERE, "TIME_WAIT")], 0),
        # What a program has let go of tells no counts.
        ([ONE, kernel.Connection(THERE, HERE, "FIN_WAIT_2", 0)], 0),
        ([kernel.Connection(HERE, ("192.0.2.1", 2), "ESTABLISHED")], 0),
    ],
)
def test_what_is_on_its_way_is_told(
    connections: list[kernel.Connection], moving: int
) -> None:
    assert len(kernel.in_flight(connections)) == moving
