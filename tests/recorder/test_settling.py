"""The operating system's view is waited for, and never twice for nothing."""

from __future__ import annotations

import socket
import sys
from collections.abc import Collection
from dataclasses import replace

import pytest

from lessons.course.catalogue import Lesson, all_lessons
from lessons.course.checking import judge, specification
from socketscope.recorder import kernel, ledger
from socketscope.recorder.kernel import Connection, Ends
from socketscope.recorder.ledger import Ledger
from socketscope.recorder.processes import Processes
from socketscope.recorder.stage import Stage
from socketscope.recording import Event, TcpState

HERE, THERE = ("127.0.0.1", 1), ("127.0.0.1", 2)
QUIET = Connection(HERE, THERE, "ESTABLISHED", 0, sent=0, received=0)
MOVING = replace(QUIET, state="FIN_WAIT_1")


@pytest.fixture
def book(monkeypatch: pytest.MonkeyPatch) -> Ledger:
    """A ledger of one connection, both of whose ends are held."""
    monkeypatch.setattr(ledger, "SETTLE", 0.02)
    book = Ledger(Processes(), real_ports=True, settles=True)
    book.world.close()
    for local, remote in ((HERE, THERE), (THERE, HERE)):
        number = book.add_socket(0, family="AF_INET", type="SOCK_STREAM")
        book.place_socket(number, local, remote)
    return book


def look(book: Ledger, found: Connection) -> None:
    """A call is over, and this is what the operating system has then."""
    other = Connection(THERE, HERE, "ESTABLISHED", 0, 0, 0)

    def source(wanted: Collection[Ends] | None = None) -> list[Connection]:
        return [found, other]

    book.world.source = source
    book.record(Event("return", 0, call="recv", socket=0), 0)


def test_what_does_not_settle_is_waited_for_once_whatever_it_counts(
    book: Ledger,
) -> None:
    for received in range(5):
        look(book, replace(MOVING, received=received))
    assert book.unsettled == 1


def test_in_a_free_run_what_was_seen_first_stays_first(book: Ledger) -> None:
    """The clocks of two programs may order their events otherwise."""

    def state(name: str) -> TcpState:
        return TcpState(HERE, THERE, name)

    for at, name in ((30, "ESTABLISHED"), (10, "FIN_WAIT_2"), (20, "TIME_WAIT")):
        book.record(Event("output", 0, text=name, tcp=(state(name),)), at)
    events = book.events(by_time=True)
    assert [e.text for e in events] == ["FIN_WAIT_2", "TIME_WAIT", "ESTABLISHED"]
    seen = [each.state for e in events for each in e.tcp or ()]
    assert seen == ["ESTABLISHED", "FIN_WAIT_2", "TIME_WAIT"]


def test_what_has_settled_is_waited_for_again(book: Ledger) -> None:
    for found in (MOVING, QUIET, MOVING, MOVING):
        look(book, found)
    assert book.unsettled == 2


@pytest.mark.usefixtures("queues")
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells of the room")
def test_a_goodbye_behind_bytes_without_room_is_not_on_its_way() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        client = socket.create_connection(listener.getsockname(), timeout=0.1)
        ends = {(client.getsockname(), client.getpeername())}
        connection, _ = listener.accept()
        with connection:
            with client, pytest.raises(TimeoutError):
                client.sendall(b"x" * 50_000_000)
            found = kernel.connections()
            assert found is not None
            (mine,) = [c for c in found if (c.local, c.remote) in ends]
            assert mine.state == "FIN_WAIT_1"
            assert mine.awaits_room
            assert kernel.in_flight(found).isdisjoint(ends)


def checked() -> list[Lesson]:
    return [lesson for lesson in all_lessons() if specification(lesson)]


@pytest.mark.usefixtures("queues")
@pytest.mark.parametrize("lesson", checked(), ids=lambda lesson: lesson.stem)
def test_no_check_of_a_starter_waits_for_what_never_settles(
    lesson: Lesson, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[int] = []
    clear = Stage.clear

    def clear_and_count(stage: Stage) -> None:
        waits.append(stage.ledger.unsettled)
        clear(stage)

    monkeypatch.setattr(Stage, "clear", clear_and_count)
    monkeypatch.setattr(ledger, "SETTLE", 2.0)  # the machine may be busy
    asked = specification(lesson)
    assert asked is not None
    assert list(judge(asked, lesson.folder))
    assert waits
    assert sum(waits) == 0
