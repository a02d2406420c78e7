"""What the cells of a lesson's notebook call."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lessons.course import exercise
from lessons.course.catalogue import find_lesson
from lessons.course.checking.report import Outcome
from socketscope import watch
from socketscope.notebook import Drawing, show


def check(lesson: str) -> Outcome:
    """Judge the learner's programs of a lesson, for example `check("04")`."""
    return exercise.check(find_lesson(lesson))


def draw(
    lesson: str, *programs: str, typed: Sequence[str] = (), **options: Any
) -> Drawing:
    """Run a lesson's finished programs and draw what happened.

    `typed` are the lines for the client's keyboard (the server's, if there is
    no client). The options are those of `socketscope.layout.arrange`.
    """
    found = find_lesson(lesson)
    starters = {path.name: path for path in found.starters()}
    paths = [
        found.solution / name if (found.solution / name).exists() else starters[name]
        for name in programs
    ]
    return show(watch(*paths, typed=typed), **options)
