"""Check a learner's programs, give hints, and show the solution."""

from __future__ import annotations

import difflib
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path

from lessons.course.catalogue import Lesson
from lessons.course.checking import Result, Specification, judge, specification
from lessons.course.checking.report import (
    WIDTH,
    Outcome,
    advice,
    judged_files,
    lines_of,
)
from lessons.course.learner import progress
from lessons.course.learner.workplace import fill


class CannotCheck(Exception):
    """There is nothing that could be checked; the text says why."""


def check(
    lesson: Lesson,
    of_solution: bool = False,
    say: Callable[[str], None] = lambda text: None,
) -> Outcome:
    """Judge the learner's programs (or the solution's) and note the outcome.

    Each line of the report is said as soon as it is known.
    """
    asked = _asked(lesson)
    folder = lesson.solution if of_solution else lesson.workplace
    if not of_solution:
        fill(lesson)
    programs = [folder / name for name in asked.files]
    judged = judged_files(lesson, programs)
    say("\n".join([*judged, ""]))
    results: list[Result] = []
    for result in judge(asked, folder):
        first = not result.passed and all(before.passed for before in results)
        results.append(result)
        for line in lines_of(result, first):
            say(line)
    outcome = Outcome(lesson, tuple(results), judged)
    say(f"\n{advice(outcome)}")
    if not of_solution:
        failed = outcome.first_failed
        progress.note(lesson, programs, failed.check.sentence if failed else None)
    return outcome


def files(lesson: Lesson) -> list[Path]:
    """The learner's files that are judged in this lesson."""
    return [lesson.workplace / name for name in _asked(lesson).files]


def hint(lesson: Lesson) -> str:
    """The next hint for the check that fails first; the last one stays."""
    asked = _asked(lesson)
    fill(lesson)
    results = judge(asked, lesson.workplace)
    failed = next((result.check for result in results if not result.passed), None)
    if failed is None:
        return "Every check of this lesson passes: no hint is needed."
    number = min(progress.next_hint(lesson, failed.sentence), len(failed.hints) - 1)
    return "\n".join(
        [
            f"{failed.sentence} (hint {number + 1} of {len(failed.hints)})",
            "",
            textwrap.fill(failed.hints[number], WIDTH),
        ]
    )


def solution(lesson: Lesson) -> Iterator[str]:
    """The finished programs, then how the learner's differ from them."""
    _asked(lesson)
    for program in sorted(lesson.solution.glob("*.py")):
        text = program.read_text(encoding="utf-8").splitlines()
        yield f"---- {program.name} ----"
        yield from text
        own = lesson.workplace / program.name
        if own.exists():
            yield from difflib.unified_diff(
                own.read_text(encoding="utf-8", errors="replace").splitlines(),
                text,
                f"yours/{program.name}",
                f"solution/{program.name}",
                lineterm="",
            )


def _asked(lesson: Lesson) -> Specification:
    asked = specification(lesson)
    if asked is None or not asked.checks:
        raise CannotCheck(
            f"{lesson.title} has nothing to check: go on with the next lesson."
        )
    return asked
