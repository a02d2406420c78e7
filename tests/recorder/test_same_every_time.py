"""The same programs, typing and order give the same bytes, under load too.

`tests/benchmarks/repeat.py` does this hundreds of times.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from socketscope import watch
from tests.recorder.helpers import PROGRAMS

CHAT_ROOM = [(1, "ann"), (2, "bob"), (1, "hi"), (2, "yo"), (1, "/quit"), (2, "/quit")]


@pytest.fixture(scope="module", autouse=True)
def load() -> Iterator[None]:
    """A busy machine."""
    spin = [sys.executable, "-c", "while True: pass"]
    spinning = [subprocess.Popen(spin) for _ in range(2)]
    yield
    for process in spinning:
        process.kill()
        process.wait()


def recordings(names: list[str], typed: Any, times: int, order: int = 0) -> set[str]:
    paths = [PROGRAMS / name for name in names]
    return {watch(*paths, typed=typed, order=order).to_json() for _ in range(times)}


def test_the_chat_is_the_same() -> None:
    programs = ["chat_server.py", "chat_client.py"]
    assert len(recordings(programs, ["Hello Server!", "exit"], 5)) == 1


@pytest.mark.parametrize("order", [0, 7])
def test_a_chat_room_of_threads_is_the_same(order: int) -> None:
    programs = ["chat_room_server.py", "chat_room_client.py", "chat_room_client.py"]
    assert len(recordings(programs, CHAT_ROOM, 3, order)) == 1


def test_threads_with_queues_events_and_timers_are_the_same() -> None:
    assert len(recordings(["workers.py"], [], 4)) == 1


def test_another_order_is_another_recording() -> None:
    programs = ["chat_room_server.py", "chat_room_client.py", "chat_room_client.py"]
    orders = [recordings(programs, CHAT_ROOM, 1, order).pop() for order in range(3)]
    assert len(set(orders)) > 1
    assert '"order": 2' in orders[2]
