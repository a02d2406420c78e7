"""What `sendall()` waits for, and what a timeout leaves behind."""

from __future__ import annotations

import contextlib
import socket
import sys
import threading

import pytest

from tests.facts.ends import ON_LINUX, Ends, arrived, fill, received, said
from tests.running import PATIENCE

MUCH = b"x" * 20_000_000
SO_MAX_PACING_RATE = 47
"""Linux, socket(7): at most so many bytes a second leave this socket."""


def unread(end: socket.socket) -> int:
    """Bytes in its receive queue."""
    return asked(end, "FIONREAD")


def unsent(end: socket.socket) -> int:
    """Bytes in its send buffer that the other side has not acknowledged."""
    return asked(end, "TIOCOUTQ")


def asked(end: socket.socket, question: str) -> int:
    import fcntl  # Windows has neither
    import termios

    answer = fcntl.ioctl(end, getattr(termios, question), bytes(4))
    return int.from_bytes(answer, sys.byteorder)


def test_even_a_short_message_waits_while_the_send_buffer_is_full(
    ends: Ends,
) -> None:
    fill(ends.ours)
    ends.ours.settimeout(0.2)
    assert said(lambda: ends.ours.sendall(b"seventeen letters")) == "TimeoutError None"


@ON_LINUX
def test_sendall_waits_for_a_slow_path_though_the_other_side_reads_at_once(
    ends: Ends,
) -> None:
    rate = 100_000
    ends.ours.setsockopt(socket.SOL_SOCKET, SO_MAX_PACING_RATE, rate)
    reader = threading.Thread(target=read_all, args=[ends.theirs])
    reader.start()
    ends.ours.settimeout(0.5)
    try:
        assert said(lambda: ends.ours.sendall(MUCH)) == "TimeoutError None"
        assert unread(ends.theirs) < rate  # what it has not read is not the reason
        assert unsent(ends.ours) > 10 * rate
    finally:
        ends.ours.shutdown(socket.SHUT_RD)
        ends.theirs.shutdown(socket.SHUT_RDWR)
        reader.join(PATIENCE)


def test_two_sendalls_can_wait_for_each_other(ends: Ends) -> None:
    heard: list[object] = []

    def send(end: socket.socket) -> None:
        end.settimeout(1)
        heard.append(said(lambda: end.sendall(MUCH)))

    threads = [threading.Thread(target=send, args=[end]) for end in ends]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert heard == ["TimeoutError None"] * 2


def test_a_timed_out_sendall_has_sent_some_of_it(ends: Ends) -> None:
    ends.ours.settimeout(0.2)
    assert said(lambda: ends.ours.sendall(MUCH)) == "TimeoutError None"
    ends.ours.close()
    count = 0
    while piece := ends.theirs.recv(1_000_000):
        count += len(piece)
    assert 0 < count < len(MUCH)


def test_after_a_timed_out_recv_the_answer_may_still_come(ends: Ends) -> None:
    ends.ours.settimeout(0.1)
    assert received(ends.ours) == "TimeoutError None"
    ends.theirs.sendall(b"late")
    ends.ours.settimeout(PATIENCE)
    assert received(ends.ours) == b"late"


def test_sendall_returns_before_anything_is_read(ends: Ends) -> None:
    assert said(lambda: ends.ours.sendall(b"Hello")) is None
    arrived(ends.theirs)


def test_a_client_is_connected_before_the_server_accepts() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        client = socket.create_connection(listener.getsockname(), PATIENCE)
        with client:
            client.sendall(b"Hello")
            connection, address = listener.accept()
            with connection:
                assert address == client.getsockname()


def read_all(end: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while end.recv(65536):
            pass


@ON_LINUX
def test_a_listener_says_broken_pipe_to_sendall_and_107_to_recv() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        assert said(lambda: listener.sendall(b"x")) == "BrokenPipeError 32"
        with pytest.raises(OSError, match="not connected") as raised:
            listener.recv(1024)
        assert raised.value.errno == 107


@ON_LINUX
def test_so_does_a_client_that_has_not_connected() -> None:
    with socket.socket() as client:
        assert said(lambda: client.sendall(b"x")) == "BrokenPipeError 32"
        assert received(client) == "OSError 107"
        assert said(client.getpeername) == "OSError 107"
        assert said(lambda: client.shutdown(socket.SHUT_WR)) == "OSError 107"
