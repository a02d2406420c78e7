"""The stage plays in another world just as well: one without a process."""

from __future__ import annotations

import time

import pytest

from socketscope.drawing.captions import verdict
from socketscope.drawing.layout import arrange
from socketscope.drawing.svg import draw_svg
from socketscope.drawing.text import draw_text
from socketscope.reading.calls import Calls
from socketscope.recorder.turns import ALIKE
from tests.recorder.scripted import Running, Script, record


def server(it: Script) -> Running:
    """The chat's server."""
    listener = yield from it.listen(5555)
    connection = yield from it.accept(listener)
    while data := (yield from it.recv(connection)):
        yield from it.send(connection, b"Goodbye!" if data == b"exit" else data)
    yield from it.close(connection)
    yield from it.close(listener)


def client(it: Script) -> Running:
    """The chat's client."""
    connection = yield from it.connect(5555)
    while text := (yield from it.input()):
        yield from it.send(connection, text.encode())
        yield from it.recv(connection)
        if text == "exit":
            break
    yield from it.close(connection)


def listening(it: Script) -> Running:
    """It waits, each speaking second."""
    listener = yield from it.listen(5555)
    connection = yield from it.accept(listener)
    yield from it.recv(connection)


def silent(it: Script) -> Running:
    connection = yield from it.connect(5555)
    yield from it.recv(connection)


def patient(it: Script) -> Running:
    """It looks again every hour, for ever."""
    listener = yield from it.listen(5555)
    connection = yield from it.accept(listener)
    while (yield from it.recv(connection, timeout=3600)) is None:
        pass


def hasty(it: Script) -> Running:
    yield from it.connect(5555)


def sleeper(it: Script) -> Running:
    yield from it.sleep(3600)


LINES = [(1, "Hello Server!"), (1, "exit")]


def test_the_chat_is_recorded_and_drawn() -> None:
    recording = record(server, client, typed=LINES)
    assert recording.verdict.kind == "finished"
    said = [call.data for call in Calls(recording.events) if call.role == "sends"]
    assert said == [b"Hello Server!", b"Hello Server!", b"exit", b"Goodbye!"]
    text = draw_text(recording, states=True)
    assert '-- "exit" 4 bytes --' in text
    assert "FIN_WAIT_2" in text
    assert "<svg" in draw_svg(recording)
    assert verdict(recording) == "server.py and client.py ran to their end."


def test_every_end_is_known_at_every_moment() -> None:
    rows = arrange(record(server, client, typed=LINES)).rows
    waiting = [(end.name, end.waiting) for row in rows for end in row.moment.ends]
    assert ("a socket", 13) in waiting
    assert all(size is not None for _, size in waiting)


def test_the_same_order_gives_the_same_recording_and_another_may_not() -> None:
    def play(order: int) -> str:
        lines = [*LINES[:1], (2, "Hi"), (1, "exit"), (2, "exit")]
        return record(server, client, client, typed=lines, order=order).to_json()

    assert len({play(0) for _ in range(5)}) == 1
    assert len({play(order) for order in range(1, 6)}) > 1


@pytest.mark.parametrize(
    ("programs", "told"),
    [
        (
            (listening, silent),
            "listening.py waits in recv() on line 5 for bytes to arrive; silent.py "
            "waits in recv() on line 3 for bytes to arrive: nothing can go on.",
        ),
        (
            (listening,),
            "listening.py waits in accept() on line 4 for a client to connect: no "
            "client is left.",
        ),
        (
            (sleeper, hasty),
            "hasty.py crashed on line 2: ConnectionRefusedError: refused. Then "
            "sleeper.py waits in sleep() on line 2 for 3,600 seconds to pass.",
        ),
        (
            (sleeper,),
            "sleeper.py waits in sleep() on line 2 for 3,600 seconds to pass: that was "
            "not waited for.",
        ),
    ],
)
def test_how_it_ended_is_told(programs: tuple, told: str) -> None:  # type: ignore[type-arg]
    assert verdict(record(*programs)) == told


def test_an_hour_passes_in_no_time() -> None:
    began = time.monotonic()
    recording = record(patient, silent, timeout=1e6)
    assert time.monotonic() - began < 10
    assert recording.verdict.kind == "deadlock"
    looks = [c for c in Calls(recording.events) if c.error and c.error.timed_out]
    assert len(looks) == ALIKE + 1
