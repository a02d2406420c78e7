"""Any right program passes, however it is written."""

import shutil
from pathlib import Path

import pytest

from lessons.course.catalogue import Lesson, all_lessons
from lessons.course.checking import judge, specification

HERE = Path(__file__).parent
RIGHT = sorted(path for path in HERE.glob("*/*/") if path.parent.name[0].isdigit())
CHECKED = [lesson for lesson in all_lessons() if lesson.solution.exists()]


def failures(lesson: Lesson, folder: Path) -> list[str]:
    asked = specification(lesson)
    assert asked is not None
    return [
        f"{result.check.sentence}: {result.not_yet.did}"
        for result in judge(asked, folder)
        if result.not_yet is not None
    ]


@pytest.mark.parametrize(
    "right", RIGHT, ids=lambda path: f"{path.parent.name}/{path.name}"
)
def test_a_right_program_passes(right: Path, tmp_path: Path) -> None:
    lesson = Lesson(right.parent.name)
    for folder in (lesson.solution, right):
        for program in folder.glob("*.py"):
            shutil.copyfile(program, tmp_path / program.name)
    assert failures(lesson, tmp_path) == []


@pytest.mark.parametrize("lesson", CHECKED, ids=lambda lesson: lesson.stem)
def test_the_solution_passes(lesson: Lesson) -> None:
    assert failures(lesson, lesson.solution) == []


@pytest.mark.parametrize("lesson", CHECKED, ids=lambda lesson: lesson.stem)
def test_the_untouched_starter_is_told_the_first_thing_to_do(
    lesson: Lesson, tmp_path: Path
) -> None:
    for program in lesson.starters():
        shutil.copyfile(program, tmp_path / program.name)
    asked = specification(lesson)
    assert asked is not None
    first = next(r.not_yet for r in judge(asked, tmp_path) if r.not_yet)
    assert "Traceback" not in first.did
    assert first.ask.endswith("?")


@pytest.mark.parametrize("lesson", CHECKED, ids=lambda lesson: lesson.stem)
def test_every_lesson_has_three_other_right_programs(lesson: Lesson) -> None:
    assert len([path for path in RIGHT if path.parent.name == lesson.stem]) >= 3


@pytest.mark.parametrize("lesson", CHECKED, ids=lambda lesson: lesson.stem)
def test_a_check_has_four_different_hints_and_none_is_the_line_itself(
    lesson: Lesson,
) -> None:
    asked = specification(lesson)
    assert asked is not None
    finished = {
        line.strip()
        for program in lesson.solution.glob("*.py")
        for line in program.read_text(encoding="utf-8").splitlines()
        if len(line.strip()) > 12
    }
    for check in asked.checks:
        assert len(set(check.hints)) == 4
        for hint in check.hints:
            assert hint.strip()
            assert not any(line in hint for line in finished)
