"""Any right program passes, however it is written.

That the solutions pass, and the starters do not, the course inspects itself.
"""

import shutil
from pathlib import Path

import pytest

from lessons.course.catalogue import Lesson
from lessons.course.checking import judge, specification

HERE = Path(__file__).parent
RIGHT = sorted(path for path in HERE.glob("*/*/") if path.parent.name[0].isdigit())


@pytest.mark.parametrize(
    "right", RIGHT, ids=lambda path: f"{path.parent.name}/{path.name}"
)
def test_a_right_program_passes(right: Path, tmp_path: Path) -> None:
    lesson = Lesson(right.parent.name)
    for folder in (lesson.solution, right):
        shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    asked = specification(lesson)
    assert asked is not None
    failed = [each for each in judge(asked, tmp_path) if each.not_yet]
    assert [(each.check.sentence, each.not_yet) for each in failed] == []
