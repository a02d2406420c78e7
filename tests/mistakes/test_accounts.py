"""A mistake that nobody has catalogued gets a true account of what happened.

`tests/accounts/NN_name/<what it does>/` holds such a program (the other one is
the solution's) and `message.txt`: what is told of each check that it does not
pass. UPDATE_MESSAGES=1 in the environment writes it anew.
"""

import os
from pathlib import Path

import pytest

from lessons.course.catalogue import ROOT, Lesson
from lessons.course.checking import judge, specification
from lessons.course.checking.run import Run
from tests.mistakes.test_mistakes import fits_a_screen, folder_with, untrue

ODD = sorted((ROOT / "tests" / "accounts").glob("*/*/"))


@pytest.mark.parametrize("odd", ODD, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_what_a_program_did_is_told(odd: Path, tmp_path: Path) -> None:
    lesson = Lesson(odd.parent.name)
    asked = specification(lesson)
    assert asked is not None
    place = tmp_path / lesson.stem
    place.mkdir()
    results = list(judge(asked, folder_with(odd, lesson, place)))
    told = "\n".join(
        f"{result.check.sentence}\n{result.not_yet.did}\n{result.not_yet.ask}\n"
        for result in results
        if result.not_yet
    )
    if os.environ.get("UPDATE_MESSAGES"):
        (odd / "message.txt").write_text(told, encoding="utf-8")
    assert told == (odd / "message.txt").read_text(encoding="utf-8")
    assert fits_a_screen(lesson, results)
    for result in results:
        if result.not_yet and result.recording:
            run = Run(result.recording, result.check.scenario.programs)
            assert not list(untrue(asked, result, run))
    assert all(result.not_yet.ask.endswith("?") for result in results if result.not_yet)
