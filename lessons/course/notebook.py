"""What the cells of a lesson's notebook call."""

from __future__ import annotations

from lessons.course import exercise
from lessons.course.catalogue import find_lesson
from lessons.course.report import Outcome


def check(lesson: str) -> Outcome:
    """Judge the learner's programs of a lesson, for example `check("04")`."""
    return exercise.check(find_lesson(lesson))
