"""Who owns a port, and who is kept out."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from pathlib import Path

import pytest

from tests.facts.ends import LOOPBACK, ON_LINUX, said
from tests.facts.inside import in_a_network_of_its_own, own, setting
from tests.running import PATIENCE

IN_USE = "OSError 98"


def listener(*, reuse: bool = False) -> socket.socket:
    made = socket.socket()
    if reuse:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    return made


@ON_LINUX
def test_with_reuseaddr_two_sockets_bind_one_port_and_one_of_them_listens() -> None:
    with listener(reuse=True) as first, listener(reuse=True) as second:
        first.bind((LOOPBACK, 0))
        second.bind(first.getsockname())
        first.listen()
        assert said(second.listen) == IN_USE


@ON_LINUX
def test_with_reuseaddr_a_port_that_somebody_listens_at_is_not_bound() -> None:
    with listener(reuse=True) as first, listener(reuse=True) as second:
        first.bind((LOOPBACK, 0))
        first.listen()
        assert said(lambda: second.bind(first.getsockname())) == IN_USE
        port = first.getsockname()[1]
        assert said(lambda: second.bind(("0.0.0.0", port))) == IN_USE


@ON_LINUX
def test_the_same_port_at_another_address_is_free() -> None:
    with listener() as first, listener() as second:
        first.bind((LOOPBACK, 0))
        first.listen()
        port = first.getsockname()[1]
        assert said(lambda: second.bind(("127.0.0.2", port))) is None


@ON_LINUX
@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [(False, False, IN_USE), (False, True, IN_USE), (True, True, None)],
    ids=["neither set it", "only the later one set it", "both set it"],
)
def test_reuseaddr_lets_a_server_come_back_if_it_was_set_before(
    before: bool, after: bool, expected: object
) -> None:
    with listener(reuse=before) as first:
        first.bind((LOOPBACK, 0))
        first.listen()
        address = first.getsockname()
        with socket.create_connection(address, PATIENCE) as client:
            first.accept()[0].close()  # it closes first, and keeps TIME_WAIT
            assert client.recv(1) == b""
    with listener(reuse=after) as second:
        assert said(lambda: second.bind(address)) == expected


def test_a_port_of_udp_is_another_than_that_of_tcp() -> None:
    with listener() as first:
        first.bind((LOOPBACK, 0))
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as second:
            assert said(lambda: second.bind(first.getsockname())) is None


@pytest.mark.skipif(not socket.has_ipv6, reason="there is no IPv6 here")
def test_a_server_at_0_0_0_0_is_not_reached_by_ipv6() -> None:
    with socket.create_server(("0.0.0.0", 0)) as server:
        port = server.getsockname()[1]
        socket.create_connection((LOOPBACK, port), PATIENCE).close()
        with socket.socket(socket.AF_INET6) as client:
            client.settimeout(PATIENCE)
            with pytest.raises(OSError) as raised:  # noqa: PT011
                client.connect(("::1", port))
        if raised.value.errno == 99:
            pytest.skip("there is no IPv6 loopback here")
        assert isinstance(raised.value, ConnectionRefusedError)


@ON_LINUX
@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0,
    reason="only an administrator can look as another user",
)
@pytest.mark.parametrize(
    ("command", "listed"), [("ss -ltnp", True), ("lsof -nP -i", False)]
)
def test_the_owner_of_another_users_listener_is_not_shown(
    command: str, listed: bool
) -> None:
    if shutil.which(command.split()[0]) is None:
        pytest.skip(f"{command.split()[0]} is not installed")
    with socket.create_server((LOOPBACK, 0)) as server:
        done = subprocess.run(
            command.split(),
            user=65534,
            group=65534,
            extra_groups=[],
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        address = f"{LOOPBACK}:{server.getsockname()[1]} "
    lines = [line for line in done.stdout.splitlines() if address in line]
    assert bool(lines) == listed
    assert not any("pid=" in line for line in lines)


# --- all ports of a client are taken ----------------------------------------


def connections_with_two_ports() -> list[object]:
    """Three clients of one server, on a computer that gives clients two ports."""
    setting("ip_local_port_range", "40000 40001")
    with socket.create_server((LOOPBACK, 5555)):
        clients = [socket.socket() for _ in range(3)]
        heard = [said(lambda c=c: c.connect((LOOPBACK, 5555))) for c in clients]
        for client in clients:
            client.close()
    return heard


def test_connect_fails_with_99_when_all_ports_for_clients_are_taken() -> None:
    heard = in_a_network_of_its_own(connections_with_two_ports)
    assert heard == [None, None, "OSError 99"]


def clients_that_have_gone() -> list[object]:
    """The same, and each client hangs up first before the next one comes."""
    setting("ip_local_port_range", "40000 40001")
    setting("tcp_tw_reuse", "0")  # or Linux would make an exception for loopback
    own("10.1.1.1")
    heard = []
    with socket.create_server(("10.1.1.1", 5555)) as server:
        for _ in range(3):
            with socket.socket() as client:
                heard.append(said(lambda c=client: c.connect(("10.1.1.1", 5555))))
                if heard[-1] is None:
                    connection, _ = server.accept()
                    client.shutdown(socket.SHUT_WR)
                    with connection:
                        connection.recv(1)
    return heard


def test_clients_that_hang_up_first_run_out_of_ports() -> None:
    heard = in_a_network_of_its_own(clients_that_have_gone)
    assert heard == [None, None, "OSError 99"]


def leave_an_end_in_fin_wait_2() -> list[str]:
    setting("tcp_fin_timeout", "1")  # seconds; 60 if nobody sets it
    table = Path("/proc/net/tcp")
    with socket.create_server((LOOPBACK, 0)) as listener:
        here = listener.getsockname()
        client = socket.create_connection(here, PATIENCE)
        connection, _ = listener.accept()
    with client:
        connection.close()
        port = f":{here[1]:04X}"
        seen = []
        end = time.monotonic() + PATIENCE
        while not seen or seen[-1] != ["08"]:
            rows = [row.split() for row in table.read_text().splitlines()[1:]]
            states = sorted(r[3] for r in rows if port in r[1][-5:] + r[2][-5:])
            if not seen or states != seen[-1]:
                seen.append(states)
            assert time.monotonic() < end, seen
        with socket.socket() as again:
            again.bind(here)
    return ["+".join(states) for states in seen]


def test_an_end_left_over_in_fin_wait_2_is_given_up_without_time_wait() -> None:
    """The client has not closed: its end is in CLOSE_WAIT (08) all the time."""
    seen = in_a_network_of_its_own(leave_an_end_in_fin_wait_2)
    assert seen[-2:] == ["05+08", "08"]
