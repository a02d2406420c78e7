"""The learner's own files: made once, never overwritten, never lost."""

from pathlib import Path

import pytest

from lessons.course.catalogue import Lesson, NoSuchLesson, all_lessons, find_lesson
from lessons.course.learner import workplace


@pytest.fixture
def lesson(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lesson:
    """The echo lesson, with a workplace of its own for this test."""
    monkeypatch.setattr(Lesson, "workplace", property(lambda self: tmp_path / "work"))
    return find_lesson("04")


def names(lesson: Lesson) -> list[str]:
    return sorted(path.name for path in lesson.workplace.iterdir())


def test_filling_brings_the_notebook_and_the_starters(lesson: Lesson) -> None:
    workplace.fill(lesson)
    assert names(lesson) == ["04_echo.ipynb", "client.py", "server.py"]


def test_filling_again_keeps_what_the_learner_wrote(lesson: Lesson) -> None:
    workplace.fill(lesson)
    own = lesson.workplace / "server.py"
    own.write_text("print('mine')\n")
    workplace.fill(lesson)
    assert own.read_text() == "print('mine')\n"


def test_a_reset_gives_a_fresh_starter_and_keeps_the_learners(lesson: Lesson) -> None:
    workplace.fill(lesson)
    own = lesson.workplace / "server.py"
    starter = own.read_text()
    for version in ("first", "second"):
        own.write_text(version)
        workplace.reset(lesson)
        assert own.read_text() == starter
    assert (lesson.workplace / "server.old1.py").read_text() == "first"
    assert (lesson.workplace / "server.old2.py").read_text() == "second"
    assert "client.old1.py" not in names(lesson), "an unchanged file has no copy"


def test_the_first_lesson_brings_the_finished_chat() -> None:
    starters = find_lesson("0").starters()
    assert [f"{path.parent.name}/{path.name}" for path in starters] == [
        "05_exit/client.py",
        "05_exit/server.py",
    ]


@pytest.mark.parametrize("name", ["4", "04", "04_echo"])
def test_a_lesson_is_found_by_number_or_name(name: str) -> None:
    assert find_lesson(name).stem == "04_echo"


def test_a_lesson_that_is_not_there_is_a_sentence() -> None:
    with pytest.raises(
        NoSuchLesson, match=r"no lesson '77'. The lessons are: 00_start"
    ):
        find_lesson("77")


def test_lessons_are_numbered_without_a_gap() -> None:
    numbers = [int(lesson.number) for lesson in all_lessons()]
    assert numbers == list(range(len(numbers)))
