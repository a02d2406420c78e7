"""The learner's own copies, in `work/`. Nothing of theirs is ever lost."""

from __future__ import annotations

import shutil
from pathlib import Path

from lessons.course.catalogue import Lesson


def fill(lesson: Lesson) -> None:
    """Copy what is missing in the learner's folder; touch nothing else."""
    lesson.workplace.mkdir(parents=True, exist_ok=True)
    for source in _sources(lesson):
        copy = lesson.workplace / source.name
        if not copy.exists():
            shutil.copyfile(source, copy)


def reset(lesson: Lesson) -> list[Path]:
    """Give the learner fresh copies; return where their own versions went."""
    kept = []
    for source in _sources(lesson):
        own = lesson.workplace / source.name
        if own.exists() and own.read_bytes() != source.read_bytes():
            kept.append(own.rename(_free_name(own)))
    fill(lesson)
    return kept


def _sources(lesson: Lesson) -> list[Path]:
    notebook = [lesson.notebook] if lesson.notebook.exists() else []
    return lesson.starters() + notebook


def _free_name(path: Path) -> Path:
    """The first of server.old1.py, server.old2.py … that is not there yet."""
    number = 1
    while (free := path.with_suffix(f".old{number}{path.suffix}")).exists():
        number += 1
    return free
