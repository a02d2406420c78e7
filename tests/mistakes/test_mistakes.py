"""Every known mistake is recognised, in a program as a beginner would write it.

`NN_name/<mistake>/` holds the wrong program (the other one is the solution's)
and `message.txt`: what the learner reads. With UPDATE_MESSAGES=1 in the
environment the messages are written anew, to be read and committed.
"""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from lessons.course.catalogue import Lesson, all_lessons
from lessons.course.checking import Result, Specification, judge, specification
from lessons.course.checking.evidence import Mistake, most_telling
from lessons.course.checking.run import Run
from lessons.course.learner.report import Outcome
from socketscope.recorder import kernel
from tests.mistakes.claims import false_claims

HERE = Path(__file__).parent
WRONG = sorted(path for path in HERE.glob("*/*/") if path.parent.name[0].isdigit())
SEEN_IN_STATES = {
    "keeps_its_end_open",
    "both_wait_for_the_other_to_close",
    "server_closes_first",
    "closes_when_the_next_one_comes",
    "waits_after_the_goodbye",
}
"""What is told only where the operating system's states can be read."""
BEFORE_RUNNING = {"file_missing", "file_empty", "file_named_socket", "syntax_error"}


def folder_with(wrong: Path, lesson: Lesson, place: Path) -> Path:
    """The learner's folder: the solution, with the wrong programs in it.

    A file `missing.txt` names the programs that are not there.
    """
    if wrong.name.partition("__")[0] in SEEN_IN_STATES and kernel.connections() is None:
        pytest.skip("the operating system's states cannot be read here")
    for program in lesson.solution.glob("*.py"):
        shutil.copyfile(program, place / program.name)
    for program in wrong.glob("*.py"):
        shutil.copyfile(program, place / program.name)
    if (wrong / "missing.txt").exists():
        for name in (wrong / "missing.txt").read_text(encoding="utf-8").split():
            (place / name).unlink()
    return place


@pytest.mark.parametrize(
    "wrong", WRONG, ids=lambda path: f"{path.parent.name}/{path.name}"
)
def test_a_mistake_is_told_in_its_own_words(wrong: Path, tmp_path: Path) -> None:
    """Its own, and not those of whichever mistake comes first in a file."""
    lesson = Lesson(wrong.parent.name)
    asked = specification(lesson)
    assert asked is not None
    place = tmp_path / lesson.stem
    place.mkdir()
    results = list(judge(asked, folder_with(wrong, lesson, place)))
    not_yet = next(result.not_yet for result in results if result.not_yet)
    told = f"{not_yet.did}\n{not_yet.ask}\n"
    if os.environ.get("UPDATE_MESSAGES"):
        (wrong / "message.txt").write_text(told, encoding="utf-8")
    for result in results:
        if result.not_yet and result.recording:
            run = Run(result.recording, result.check.scenario.programs)
            told_otherwise = most_telling(asked.mistakes[::-1], run)
            assert told_otherwise == most_telling(asked.mistakes, run)
            assert not list(untrue(asked, result, run))
    assert fits_a_screen(lesson, results)
    # A folder may add to the mistake's name what is special: name__variant.
    assert not_yet.mistake == wrong.name.partition("__")[0], told
    assert told == (wrong / "message.txt").read_text(encoding="utf-8")


def fits_a_screen(lesson: Lesson, results: list[Result]) -> bool:
    """Whether what is told stands on one of 24 lines, with its question last."""
    outcome = Outcome(lesson, tuple(results), ())
    lines, failed = outcome.told(), outcome.first_failed
    assert failed is not None
    assert failed.not_yet is not None
    assert len(lines) < 24, "\n".join(lines)
    assert max(map(len, lines)) <= 80, "\n".join(lines)
    return failed.not_yet.ask.endswith(lines[-1].strip())


def untrue(asked: Specification, result: Result, run: Run) -> Iterator[str]:
    """What is not so of all that could be told of a run, by whichever mistake."""
    known = [each for each in result.check.steps if isinstance(each, Mistake)]
    found = [told for each in known + asked.mistakes for told in each.told(run)]
    for told in [*found, result.not_yet]:
        if told is not None:
            yield from false_claims(f"{told.did} {told.ask}", run)


def test_every_message_has_its_program_and_every_program_its_message() -> None:
    known = set(BEFORE_RUNNING)
    for lesson in all_lessons():
        asked = specification(lesson)
        if asked is None:
            continue
        steps = [step for check in asked.checks for step in check.steps]
        told = [*asked.mistakes, *steps]
        known |= {each.name for each in told if isinstance(each, Mistake)}
    assert known == {wrong.name.partition("__")[0] for wrong in WRONG}
