"""Lay out a new lesson: everything that its stem holds, from the one before.

What an author has to write stands there as `TODO`, and `inspection` finds it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from lessons.course.catalogue import Lesson, all_lessons

HERE = Path(__file__).parent
CHECKS = '''\
"""What lesson {number} asks for."""

from lessons.course.checking import Specification

lesson = Specification({files})
'''
DOCSTRING = '''\
"""Lesson {number}: TODO.

Goal: TODO
The notebook {stem}.ipynb leads there. Try it with: python {program}
Check it with: python -m lessons check {number}
"""
'''


class CannotMake(Exception):
    """No lesson can be laid out; the text says why."""


def new_lesson(stem: str) -> Iterator[Path]:
    """Write the files of a new last lesson; yield each. Raises `CannotMake`."""
    before = all_lessons()[-1]
    number = f"{int(before.number) + 1:02d}"
    if not re.fullmatch(rf"{number}_[a-z_]+", stem):
        raise CannotMake(
            f"The next lesson is {number}: python3 -m lessons new {number}_name"
        )
    lesson = Lesson(stem)
    for folder in (lesson.folder, lesson.solution):
        if folder.exists():
            raise CannotMake(f"{folder} is there already: move it away first.")
    programs = sorted(before.solution.glob("*.py"))
    names = {"stem": stem, "number": number, "before": before.number}
    for program in programs:
        text = program.read_text(encoding="utf-8")
        yield _write(lesson.solution / program.name, text)
        docstring = DOCSTRING.format(program=program.name, **names)
        code = re.sub(r'\A""".*?"""\n', "", text, flags=re.DOTALL)
        code = code.replace("\ndef main(", "\n# TODO: TODO\ndef main(", 1)
        yield _write(lesson.folder / program.name, docstring + code)
    files = ", ".join(f'"{program.name}"' for program in reversed(programs))
    names |= {"name": lesson.stem.partition("_")[2].replace("_", " ")}
    names |= {"diagram": _diagram(before), "files": files}
    for path in (lesson.text, lesson.teaching):
        text = (HERE / f"new_{path.name}").read_text(encoding="utf-8")
        yield _write(path, text.format(**names))
    yield _write(lesson.folder / "checks.py", CHECKS.format(**names))
    yield _write(lesson.folder / "hints.md", f"# Hints of lesson {number}\n")


def _diagram(lesson: Lesson) -> str:
    """The plan as the lesson shows it, without its marks."""
    text = lesson.text.read_text(encoding="utf-8")
    found = re.search(r"```text\n(Client .*?)```", text, re.DOTALL)
    return re.sub(r" *<== here", "", found[1]) if found else ""


def _write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")
    return path
