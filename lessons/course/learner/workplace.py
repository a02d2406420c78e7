"""The learner's own copies, in `work/`. Nothing of theirs is ever lost."""

from __future__ import annotations

import shutil
from pathlib import Path

from lessons.course.catalogue import Lesson


def fill(lesson: Lesson) -> None:
    """Make the learner's folder, if there is none, and bring its notebook.

    A program that is no longer there was renamed or moved: a starter in its place
    would hide that.
    """
    if not lesson.workplace.exists():
        _copy(lesson, lesson.starters())
    _copy(lesson, _notebook(lesson))


def reset(lesson: Lesson) -> list[Path]:
    """Give the learner fresh copies; return where their own versions went."""
    kept = []
    for source in _sources(lesson):
        own = lesson.workplace / source.name
        if own.exists() and (
            not own.is_file() or own.read_bytes() != source.read_bytes()
        ):
            kept.append(own.rename(_free_name(own)))
    _copy(lesson, _sources(lesson))
    return kept


def _sources(lesson: Lesson) -> list[Path]:
    return lesson.starters() + _notebook(lesson)


def _notebook(lesson: Lesson) -> list[Path]:
    return [lesson.notebook] if lesson.notebook.exists() else []


def _copy(lesson: Lesson, sources: list[Path]) -> None:
    """Copy what is missing; touch nothing else."""
    lesson.workplace.mkdir(parents=True, exist_ok=True)
    for source in sources:
        copy = lesson.workplace / source.name
        if not copy.exists():
            shutil.copyfile(source, copy)


def _free_name(path: Path) -> Path:
    """The first of server.old1.py, server.old2.py … that is not there yet."""
    number = 1
    while (free := path.with_suffix(f".old{number}{path.suffix}")).exists():
        number += 1
    return free
