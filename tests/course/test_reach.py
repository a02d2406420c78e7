"""`python3 -m tests --quick` runs what a change can reach."""

import pytest

from tests.reach import REACHES, ROOMS, reached


@pytest.mark.parametrize(
    ("path", "rooms"),
    [
        ("socketscope/drawing/svg.py", "drawing"),
        ("socketscope/recorder/turns.py", "recorder"),
        ("socketscope/recording.py", "drawing mistakes recorder right"),
        ("lessons/course/checking/run.py", "mistakes right"),
        ("lessons/course/commands.py", "course"),
        ("docs/errors/broken-pipe.md", "facts site"),
        ("tests/site/test_pages.py", "site"),
        ("tests/benchmarks/repeat.py", ""),
        ("pyproject.toml", " ".join(ROOMS)),
    ],
)
def test_a_change_reaches_these_rooms(path: str, rooms: str) -> None:
    assert reached([path]) == [f"tests/{room}" for room in rooms.split()]


def test_a_lesson_reaches_its_own_tests_and_those_of_the_next() -> None:
    rooms = ["tests/mistakes", "tests/right", "tests/course"]
    for path in ("lessons/04_echo/checks.py", "tests/accounts/04_echo/client.py"):
        assert reached([path]) == [*rooms, "-k", "04_echo or 05_"]


def test_a_lesson_and_something_else_reach_all_of_their_rooms() -> None:
    paths = ["lessons/04_echo/lesson.md", "socketscope/drawing/svg.py"]
    assert reached(paths) == [
        f"tests/{room}" for room in ("course", "drawing", "mistakes", "right")
    ]


def test_without_a_change_nothing_is_reached() -> None:
    assert reached([]) == []


def test_every_room_is_reached_by_its_own_tests() -> None:
    named = {room for rooms in REACHES.values() for room in rooms.split()}
    assert named == set(ROOMS)
