"""The course inspects itself: what is wrong with a lesson, and the cure.

A finding is one sentence for the author, and the cure after it. The tests ask
no other questions about a lesson's parts: they call `findings`.
"""

from __future__ import annotations

import ast
import difflib
import re
import sys
import tempfile
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from shutil import copyfile

import nbformat

from lessons.course import catalogue
from lessons.course.catalogue import Lesson, all_lessons, find_lesson
from lessons.course.checking import Specification, judge, specification
from lessons.course.publishing.cells import read_text

CHANGED_LINES = 32
"""More than this is not read in a minute. A line that takes the place of another
counts once, and one that only moves to the right is not read anew."""
CELL_LINES = 12
COLUMNS = 79
RIGHT_PROGRAMS = 6
PARTS = {"lesson.md", "teaching.md", "checks.py", "hints.md", "__pycache__"}
ROOMS = ("lessons", "solutions", "notebooks", "tests/mistakes", "tests/right")
SECTIONS = ("Predict", "Your turn", "Break it on purpose", "Key points", "Further")
TEACHING = ("Afterwards they can", "Pre-check", "Vote", "Explain", "On the projector")
BANNED = r"\b(?:just|simply|obviously|easy|easily)\b|!(?!\[)"
IMPORTED = {"errno", "os", "socket", "sys"}


def findings(lesson: Lesson) -> Iterator[str]:
    """What is wrong with a lesson: first as it reads, then as it runs."""
    looks = [_text, _teaching, _notebook]
    if _finished(lesson):
        looks += [_files, _starters, _steps, _programs, _checks]
    elif lesson != all_lessons()[0]:
        yield f"{_name(lesson.solution)} holds no program. Write the finished ones."
    yield from chain.from_iterable(look(lesson) for look in looks)


def strays() -> Iterator[str]:
    """Parts of no lesson, and numbers that are missing or there twice."""
    stems = [lesson.stem for lesson in all_lessons()]
    for room in ROOMS:
        for path in sorted((catalogue.ROOT / room).glob("[0-9]*")):
            if path.stem not in stems:
                text = f"lessons/{path.stem}/lesson.md"
                yield f"{_name(path)} belongs to no lesson. Write {text}, or remove it."
    for number, stem in enumerate(stems):
        if not stem.startswith(f"{number:02d}_"):
            yield f"{stem} stands where {number:02d} is due. Number without a gap."


# --- what is read ---------------------------------------------------------------


def _text(lesson: Lesson) -> Iterator[str]:
    name, text = _name(lesson.text), _read(lesson.text)
    heading = f"# Lesson {lesson.stem.replace('_', ' · ', 1)}: "
    if not text.startswith(heading):
        yield f"{name} begins in another way. Begin it with “{heading}…”."
    if _finished(lesson) and not lesson.promise:
        wanted = "After this lesson …"
        yield f"{name} has no sentence “{wanted}”. The table of lessons quotes it."
    for section in SECTIONS:
        needed = section != "Your turn" or _finished(lesson)
        if needed and f"\n## {section}\n" not in text:
            yield f"{name} has no section “{section}”. Write “## {section}”."
    for cell in re.findall(r"(?ms)^```python.*?\n(.*?)^```$", text):
        if cell.count("\n") > CELL_LINES:
            first = cell.splitlines()[0]
            yield f"{name}: the cell “{first}” is long. Cut it at {CELL_LINES} lines."
    prose = re.sub(r"```.*?```|`[^`]*`", "", text, flags=re.DOTALL)
    for word in re.findall(BANNED, prose, flags=re.IGNORECASE):
        yield f"{name} says “{word}”. Say what happens, without it."
    yield from _unwritten(lesson.text)


def _teaching(lesson: Lesson) -> Iterator[str]:
    name = _name(lesson.teaching)
    if not lesson.teaching.exists():
        yield f"{name} is missing: the teacher's page has no row of it. Write it."
        return
    text = _read(lesson.teaching)
    if not re.match(r"\d+ minutes", text):
        yield f"{name} does not say how long it takes. Begin with “30 minutes”."
    for part in TEACHING:
        if f"**{part}" not in text:
            yield f"{name} lacks “{part}”. Write a paragraph that begins “**{part}”."
    yield from _unwritten(lesson.teaching)


def _unwritten(path: Path) -> Iterator[str]:
    lines = enumerate(_read(path).splitlines(), start=1)
    left = [str(number) for number, line in lines if re.search(r"(?<!`)TODO", line)]
    if left:
        yield f"{_name(path)}: write what the TODO asks for, line {', '.join(left)}."


def _notebook(lesson: Lesson) -> Iterator[str]:
    name = _name(lesson.notebook)
    cure = f"Make it: python3 -m lessons notebooks {lesson.number}."
    if not lesson.notebook.exists():
        yield f"{name} is missing: the site's menu has no page of it. {cure}"
        return
    stored = nbformat.read(lesson.notebook, as_version=4)  # type: ignore[no-untyped-call]
    cells = [
        [(cell.id, cell.cell_type, cell.source, cell.metadata) for cell in book.cells]
        for book in (stored, read_text(lesson))
    ]
    counts = [c.execution_count for c in stored.cells if c.cell_type == "code"]
    if cells[0] != cells[1]:
        yield f"{name} is not made from {_name(lesson.text)} as it stands. {cure}"
    elif counts != list(range(1, len(counts) + 1)):
        yield f"{name} has cells that were not run in their order. {cure}"


def _files(lesson: Lesson) -> Iterator[str]:
    folder, solution = _name(lesson.folder), _name(lesson.solution)
    finished = {path.name for path in _finished(lesson)}
    there = {path.name for path in lesson.folder.iterdir()} - PARTS
    for program in sorted(finished - there):
        yield f"{solution}/{program} has no starter. Put one into {folder}."
    for name in sorted(there - finished):
        copies = {_read(path) for path in lesson.folder.parent.glob(f"*/{name}")}
        if not name.endswith(".py"):
            yield f"{folder}/{name} is no part of a lesson. Remove it."
        elif len(copies) > 1:
            yield f"{folder}/{name} differs from that of other lessons. Copy it anew."
    right = len(list(lesson.right.glob("*/")))
    if right < RIGHT_PROGRAMS:
        wanted = f"at least {RIGHT_PROGRAMS}, each written in another way"
        yield f"{_name(lesson.right)} holds {right} right programs. Write {wanted}."


def _starters(lesson: Lesson) -> Iterator[str]:
    """A starter is the solution before, a docstring, and one TODO."""
    for starter in lesson.starters():
        solution = lesson.solution / starter.name
        if not solution.exists():
            continue
        name, text = _name(starter), _read(starter)
        before = _before(lesson, starter.name)
        todos = re.findall(r"# TODO: .*(?:\n *# .*)*", text)
        if before and _code(before) == _code(solution):
            if todos:
                yield f"{name} has a TODO, and its solution is the old one. Mend one."
        elif len(todos) != 1 or text.count("TODO") != 1:
            yield f"{name} has {text.count('TODO')} TODOs. Leave one: the step's goal."
        for call in re.findall(r"(\w+)\(", "".join(todos)):
            if f"def {call}(" not in text:
                yield f"{name}: its TODO names the call {call}(). State the goal."
        if before and _code(starter) != _code(before):
            yield f"{name} is not {_name(before)} and a TODO. Copy it anew."
        first = text.partition("\n")[0]
        if not before and "(a new program)" not in first and int(lesson.number) > 1:
            yield f"{name} is new. Write “(a new program)” into its first line."


def _steps(lesson: Lesson) -> Iterator[str]:
    """What a lesson adds is read in a minute."""
    for after in _finished(lesson):
        before = _before(lesson, after.name)
        if before is None:
            continue
        old, new = ([*filter(None, map(str.strip, _code(p)))] for p in (before, after))
        steps = difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
        changed = sum(max(b - a, d - c) for k, a, b, c, d in steps if k != "equal")
        if changed > CHANGED_LINES:
            most = f"One idea is {CHANGED_LINES} at most: make two lessons of it"
            yield f"{_name(after)} changes {changed} lines. {most}."


def _programs(lesson: Lesson) -> Iterator[str]:
    """Programs run on any Python 3, and need nothing but it."""
    for path in _finished(lesson) + lesson.starters():
        name, text = _name(path), _read(path)
        try:
            nodes = list(ast.walk(ast.parse(text, feature_version=(3, 6))))
        except SyntaxError as error:
            yield f"{name}: {error}. Write it for any Python 3."
            continue
        if any(isinstance(node, ast.ImportFrom) for node in nodes):
            yield f"{name} imports from a module. Import the module."
        imports = [node.names for node in nodes if isinstance(node, ast.Import)]
        for module in {alias.name for alias in chain(*imports)} - IMPORTED:
            yield f"{name} imports {module}. Do with {', '.join(sorted(IMPORTED))}."
        if max(map(len, text.splitlines())) > COLUMNS:
            yield f"{name} has a line of more than {COLUMNS} characters. Wrap it."


# --- what is run ----------------------------------------------------------------


def _checks(lesson: Lesson) -> Iterator[str]:
    name = f"{_name(lesson.folder)}/checks.py"
    try:
        asked = specification(lesson)
    except Exception as error:  # whatever an author may have written
        yield f"{name} cannot be read: {error!r}. Mend it."
        return
    if asked is None or not asked.checks:
        yield f"{name} asks for nothing. Write a check for each goal of the lesson."
        return
    yield from _hints(lesson, asked)
    for result in judge(asked, lesson.solution):
        if result.not_yet is not None:
            failed = f"“{result.check.sentence}”: {result.not_yet.did}"
            yield f"{_name(lesson.solution)} does not pass {failed} Mend either."
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as place:
        for program in lesson.starters():
            copyfile(program, Path(place) / program.name)
        told = [r.not_yet for r in judge(asked, Path(place)) if r.not_yet is not None]
    if not told:
        yield f"{name}: the starter passes already. Check what the lesson brings."
    elif "Traceback" in told[0].did or not told[0].ask.endswith("?"):
        yield f"{name} tells the starter “{told[0].ask}”. End with one question."


def _hints(lesson: Lesson, asked: Specification) -> Iterator[str]:
    name, hints = f"{_name(lesson.folder)}/hints.md", lesson.hints
    text = "\n".join(map(_read, _finished(lesson)))
    stripped = {line.strip() for line in text.splitlines()}
    lines = sorted(line for line in stripped if len(line) > 12)
    sentences = [check.sentence for check in asked.checks]
    for sentence in sentences:
        if len({hint.strip() for hint in hints.get(sentence, [])} - {""}) != 4:
            four = "a question, where to look, the call, an example from elsewhere"
            yield f"{name}: “{sentence}” lacks a hint. Give four: {four}."
    for sentence, given in hints.items():
        if sentence not in sentences:
            yield f"{name}: “{sentence}” is no check of the lesson. Mend or remove it."
        for line in lines:
            if any(line in hint for hint in given):
                yield f"{name}: a hint is the finished line “{line}”. Take another."


# --- what several of them ask ---------------------------------------------------


def _finished(lesson: Lesson) -> list[Path]:
    return sorted(lesson.solution.glob("*.py"))


def _before(lesson: Lesson, program: str) -> Path | None:
    """This program as it was at the end of the lesson before."""
    lessons = [each for each in all_lessons() if each.solution.exists()]
    at = lessons.index(lesson)
    path = lessons[at - 1].solution / program
    return path if at and path.exists() else None


def _code(path: Path) -> list[str]:
    """The lines of a program, without its docstring and its TODO."""
    text = _read(path)
    first = ast.parse(text).body[0]
    end = first.end_lineno if isinstance(first, ast.Expr) else 0
    code = "\n".join(text.splitlines()[end:])
    return re.sub(r"\n *# TODO: .*(\n *# .*)*(?=\n)", "", code).splitlines()


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def _name(path: Path) -> str:
    return path.relative_to(catalogue.ROOT).as_posix()


def main(wanted: list[str]) -> int:
    """Inspect these lessons; say what is found as soon as it is."""
    lessons = [find_lesson(name) for name in wanted]
    count = 0
    for finding in chain(strays(), *map(findings, lessons)):
        count += 1
        print(f"- {finding}", flush=True)
    done = ", ".join(lesson.number for lesson in lessons)
    print(f"Inspected {done}: {count or 'no'} finding{'s' if count != 1 else ''}.")
    return 1 if count else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
