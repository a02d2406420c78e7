"""Who hears what, in which call, after the other side has closed."""

from __future__ import annotations

import os
import socket
import subprocess
import sys

import pytest

from tests.facts.ends import (
    LOOPBACK,
    ON_LINUX,
    Ends,
    arrived,
    broken_off,
    close_with_a_reset,
    received,
    said,
    sent,
)
from tests.running import PATIENCE

BROKEN_PIPE = "BrokenPipeError 32"
RESET = "ConnectionResetError 104"
SILENCE = 0.2
"""Seconds in which nothing comes, where nothing can come."""


# --- a goodbye, and then a reset --------------------------------------------


@ON_LINUX
def test_after_a_goodbye_a_reset_is_heard_by_send_and_never_by_recv(
    ends: Ends,
) -> None:
    ends.theirs.close()
    assert received(ends.ours) == b""
    assert sent(ends.ours) == 1  # nobody will read it
    broken_off(ends.ours)
    assert [received(ends.ours), received(ends.ours)] == [b"", b""]
    assert sent(ends.ours) == BROKEN_PIPE


@ON_LINUX
def test_it_is_so_although_the_goodbye_was_not_received_yet(ends: Ends) -> None:
    ends.theirs.close()
    assert sent(ends.ours) == 1
    broken_off(ends.ours)
    assert sent(ends.ours) == BROKEN_PIPE
    assert received(ends.ours) == b""


@ON_LINUX
def test_what_came_before_a_goodbye_is_still_there_after_the_reset(
    ends: Ends,
) -> None:
    ends.theirs.sendall(b"Goodbye!")
    ends.theirs.close()
    assert sent(ends.ours) == 1
    broken_off(ends.ours)
    assert [received(ends.ours), received(ends.ours)] == [b"Goodbye!", b""]


def test_what_is_sent_to_a_side_that_has_closed_is_lost_without_an_error(
    ends: Ends,
) -> None:
    ends.theirs.close()
    assert received(ends.ours) == b""
    assert said(lambda: ends.ours.sendall(b"Hello?")) is None


# --- a reset without a goodbye ----------------------------------------------


@ON_LINUX
def test_a_side_that_closes_with_bytes_unread_breaks_off(ends: Ends) -> None:
    ends.ours.sendall(b"unread")
    arrived(ends.theirs)
    ends.theirs.close()
    broken_off(ends.ours)
    assert received(ends.ours) == RESET


@ON_LINUX
def test_a_reset_without_a_goodbye_is_heard_once_by_recv(ends: Ends) -> None:
    close_with_a_reset(ends.theirs)
    broken_off(ends.ours)
    assert [received(ends.ours), received(ends.ours)] == [RESET, b""]
    assert sent(ends.ours) == BROKEN_PIPE


@ON_LINUX
def test_or_once_by_send_if_that_comes_first(ends: Ends) -> None:
    close_with_a_reset(ends.theirs)
    broken_off(ends.ours)
    assert [sent(ends.ours), sent(ends.ours)] == [RESET, BROKEN_PIPE]
    assert received(ends.ours) == b""


@ON_LINUX
def test_what_came_before_a_reset_can_still_be_received(ends: Ends) -> None:
    ends.theirs.sendall(b"an answer")
    arrived(ends.ours)
    close_with_a_reset(ends.theirs)
    broken_off(ends.ours)
    assert [received(ends.ours), received(ends.ours)] == [b"an answer", RESET]


@ON_LINUX
def test_a_client_that_is_dropped_with_the_queue_hears_a_reset() -> None:
    with socket.create_server((LOOPBACK, 0)) as listener:
        client = socket.create_connection(listener.getsockname(), PATIENCE)
    with client:
        broken_off(client)
        assert received(client) == RESET


def test_a_side_that_has_half_closed_still_receives(ends: Ends) -> None:
    ends.ours.sendall(b"How many?")
    ends.ours.shutdown(socket.SHUT_WR)
    assert received(ends.theirs) == b"How many?"
    assert received(ends.theirs) == b""
    ends.theirs.sendall(b"Seven")
    assert received(ends.ours) == b"Seven"


# --- the last one to let go -------------------------------------------------


def test_no_goodbye_is_sent_while_a_file_of_makefile_is_open(ends: Ends) -> None:
    file = ends.theirs.makefile("rb")
    ends.theirs.close()
    ends.ours.settimeout(SILENCE)
    assert received(ends.ours) == "TimeoutError None"
    file.close()
    ends.ours.settimeout(PATIENCE)
    assert received(ends.ours) == b""


def test_no_goodbye_is_sent_while_a_duplicate_is_open(ends: Ends) -> None:
    with ends.theirs.dup():
        ends.theirs.close()
        ends.ours.settimeout(SILENCE)
        assert received(ends.ours) == "TimeoutError None"
    ends.ours.settimeout(PATIENCE)
    assert received(ends.ours) == b""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="Windows does not fork")
def test_no_goodbye_is_sent_while_a_child_process_has_the_socket(
    ends: Ends,
) -> None:
    with child_with(ends.theirs) as child:
        ends.theirs.close()
        ends.ours.settimeout(SILENCE)
        assert received(ends.ours) == "TimeoutError None"
        child.communicate(timeout=PATIENCE)
        ends.ours.settimeout(PATIENCE)
        assert received(ends.ours) == b""


def test_shutdown_says_goodbye_in_spite_of_a_duplicate(ends: Ends) -> None:
    with ends.theirs.dup():
        ends.theirs.shutdown(socket.SHUT_WR)
        assert received(ends.ours) == b""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="Windows does not fork")
def test_a_port_is_kept_by_a_child_after_the_parent_has_closed() -> None:
    with socket.create_server((LOOPBACK, 0)) as listener:
        address = listener.getsockname()
        child = child_with(listener)
    with child:
        with socket.socket() as second, pytest.raises(OSError, match="in use"):
            second.bind(address)
        socket.create_connection(address, PATIENCE).close()
        child.communicate(timeout=PATIENCE)


def test_a_child_that_runs_another_program_does_not_get_a_pythons_socket(
    ends: Ends,
) -> None:
    assert not ends.ours.get_inheritable()
    assert not ends.theirs.get_inheritable()


def child_with(held: socket.socket) -> subprocess.Popen[bytes]:
    """A process that holds a socket until its keyboard ends, as a fork would."""
    return subprocess.Popen(
        [sys.executable, "-c", "import sys; sys.stdin.read()"],
        stdin=subprocess.PIPE,
        pass_fds=[held.fileno()],
    )
