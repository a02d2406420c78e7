"""Check a learner's programs, give hints, and show the solution."""

from __future__ import annotations

import difflib
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path

from lessons.course.catalogue import Lesson
from lessons.course.checking import Result, Specification, judge, specification
from lessons.course.learner import progress
from lessons.course.learner.report import WIDTH, Outcome, judged_files, line_of
from lessons.course.learner.workplace import fill

NEWS = (
    "\nYou have saved something since that check: check again to see what it changed."
)


class CannotCheck(Exception):
    """There is nothing that could be checked; the text says why."""


def check(
    lesson: Lesson,
    of_solution: bool = False,
    whole: bool = False,
    say: Callable[[str], None] = lambda text: None,
) -> Outcome:
    """Judge the learner's programs (or the solution's) and note the outcome.

    Each line of the report is said as soon as it is known.
    """
    asked = _asked(lesson)
    folder = lesson.solution if of_solution else lesson.workplace
    if not folder.exists():
        fill(lesson)
    programs = [folder / name for name in asked.files]
    judged = judged_files(lesson, programs)
    say("\n".join([*judged, ""]))
    results: list[Result] = []
    for result in judge(asked, folder):
        results.append(result)
        say(line_of(result))
    outcome = Outcome(lesson, tuple(results), judged)
    say("\n".join(outcome.told(whole)))
    if not of_solution:
        failed = outcome.first_failed
        progress.note(lesson, programs, failed.check.sentence if failed else None)
    return outcome


def files(lesson: Lesson) -> list[Path]:
    """The learner's files that are judged in this lesson."""
    return [lesson.workplace / name for name in _asked(lesson).files]


def hint(lesson: Lesson) -> str:
    """The next hint for what the last check found; the last one stays.

    Only where nothing was checked yet are the programs run for it.
    """
    if not progress.was_checked(lesson):
        check(lesson)
    failed, known = progress.failed(lesson), lesson.hints
    saved = [] if progress.unchanged(lesson, files(lesson)) else [NEWS]
    if failed is None:
        said = ["Every check of this lesson passes: no hint is needed."]
    else:
        hints = known.get(failed, [])
        number = min(progress.next_hint(lesson), len(hints) - 1)
        heading = f"{failed} (hint {number + 1} of {len(hints)})"
        said = [heading, "", *textwrap.wrap(hints[number], WIDTH)]
    return "\n".join([*said, *saved])


def solution(lesson: Lesson) -> Iterator[str]:
    """The finished programs, then how the learner's differ from them."""
    _asked(lesson)
    for program in sorted(lesson.solution.glob("*.py")):
        text = program.read_text(encoding="utf-8").splitlines()
        yield f"---- {program.name} ----"
        yield from text
        own = lesson.workplace / program.name
        if own.is_file():
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
