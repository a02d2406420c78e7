"""The course inspects itself: what is wrong with a lesson, and the cure.

A finding is a sentence for the author, and the cure is its end. The tests ask
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
from lessons.course.checking import judge, specification
from lessons.course.publishing.cells import read_text

CHANGED_LINES = 32
"""More than this is not read in a minute. A line that takes the place of another
counts once, and one that only moves to the right is not read anew."""
CELL_LINES = 12
LINE = 79
RIGHT_PROGRAMS = 3
PARTS = ("lesson.md", "teaching.md", "checks.py")
ROOMS = ("lessons", "solutions", "notebooks", "tests/mistakes", "tests/right")
SECTIONS = ("Predict", "Your turn", "Break it on purpose", "Key points", "Further")
TEACHING = ("Afterwards they can", "Pre-check", "Vote", "Explain", "On the projector")
BANNED = r"\b(?:just|simply|obviously|easy|easily)\b|!(?!\[)"
IMPORTED = {"errno", "os", "socket", "sys"}


def findings(lesson: Lesson) -> Iterator[str]:
    """What is wrong with a lesson, read first, and then run."""
    looks = [_files, _text, _notebook, _teaching]
    if _finished(lesson):
        looks += [_starters, _steps, _programs, _checks, _runs]
    yield from chain.from_iterable(look(lesson) for look in looks)


def strays() -> Iterator[str]:
    """Parts of no lesson, and numbers that are missing or there twice."""
    lessons = all_lessons()
    stems = {lesson.stem for lesson in lessons}
    for room in ROOMS:
        for path in sorted((catalogue.ROOT / room).glob("[0-9]*")):
            if path.stem not in stems:
                yield (
                    f"{_name(path)} belongs to no lesson. Write "
                    f"lessons/{path.stem}/lesson.md, or remove it."
                )
    for number, lesson in enumerate(lessons):
        if int(lesson.number) != number:
            yield (
                f"{lesson.stem} stands where lesson {number:02d} is due. "
                "Number the lessons without a gap."
            )


# --- files --------------------------------------------------------------------


def _files(lesson: Lesson) -> Iterator[str]:
    name, number = _name(lesson.folder), lesson.number
    if not lesson.teaching.exists():
        yield (
            f"{name}/teaching.md is missing, and so the lesson on the teacher's page. "
            "Write it with the one of the lesson before beside it."
        )
    if not lesson.notebook.exists():
        yield (
            f"{_name(lesson.notebook)} is missing, and so the lesson's page in the "
            f"site's menu. Make it: python3 -m lessons notebooks {number}."
        )
    programs = {path.name for path in lesson.folder.glob("*.py")} - set(PARTS)
    finished = {path.name for path in _finished(lesson)}
    for path in sorted(lesson.folder.iterdir()):
        if path.suffix != ".py" and path.name not in (*PARTS, "__pycache__"):
            yield f"{name}/{path.name} is not a part of a lesson. Remove it."
    for program in sorted(finished - programs):
        yield (
            f"{_name(lesson.solution)}/{program} has no starter. Put one into {name}."
        )
    for program in sorted(programs - finished):
        text = _read(lesson.folder / program)
        others = [_read(path) for path in lesson.folder.parent.glob(f"*/{program}")]
        if {text} != set(others) or len(others) == 1:
            yield (
                f"{name}/{program} has no solution, and is no tool that lessons share "
                f"to the letter. Put it into {_name(lesson.solution)}."
            )
    right = len(list(lesson.right.glob("*/")))
    if finished and right < RIGHT_PROGRAMS:
        yield (
            f"{_name(lesson.right)} holds {right} right programs, and a check that has "
            f"met fewer than {RIGHT_PROGRAMS} judges style. Write the solution in "
            "other ways."
        )


# --- text ---------------------------------------------------------------------


def _text(lesson: Lesson) -> Iterator[str]:
    name, text = _name(lesson.text), _read(lesson.text)
    heading = f"# Lesson {lesson.stem.replace('_', ' · ', 1)}: "
    if not text.startswith(heading):
        yield f"{name} begins in another way. Begin it with “{heading}…”."
    if _finished(lesson) and not lesson.promise:
        yield (
            f"{name} has no sentence “After this lesson …”, which the table of lessons "
            "quotes. Begin the text with it."
        )
    sections = re.findall(r"(?m)^## (.*)$", text)
    for section in SECTIONS:
        if section not in sections and (section != "Your turn" or _finished(lesson)):
            yield f"{name} has no section “{section}”. Write “## {section}”."
    for cell in re.findall(r"(?ms)^```python.*?\n(.*?)^```$", text):
        if cell.count("\n") > CELL_LINES:
            yield (
                f"{name} has a cell of {cell.count(chr(10))} lines that begins "
                f"“{cell.splitlines()[0]}”. Cut it into cells of {CELL_LINES} at most."
            )
    prose = re.sub(r"```.*?```|`[^`]*`", "", text, flags=re.DOTALL)
    for word in re.findall(BANNED, prose, flags=re.IGNORECASE):
        yield f"{name} says “{word}”. Say it without: style tells readers nothing."
    yield from _unwritten(lesson.text)


def _notebook(lesson: Lesson) -> Iterator[str]:
    if not lesson.notebook.exists():
        return
    stored = nbformat.read(lesson.notebook, as_version=4)  # type: ignore[no-untyped-call]
    fresh = read_text(lesson)
    cells = [
        [(cell.id, cell.cell_type, cell.source, cell.metadata) for cell in book.cells]
        for book in (stored, fresh)
    ]
    counts = [c.execution_count for c in stored.cells if c.cell_type == "code"]
    if stored.metadata != fresh.metadata or cells[0] != cells[1]:
        wrong = f"is not made from {_name(lesson.text)} as it stands"
    elif counts != list(range(1, len(counts) + 1)):
        wrong = "has cells that were not run, or not in their order"
    else:
        return
    yield (
        f"{_name(lesson.notebook)} {wrong}. Make it anew: "
        f"python3 -m lessons notebooks {lesson.number}."
    )


def _teaching(lesson: Lesson) -> Iterator[str]:
    if not lesson.teaching.exists():
        return
    name, text = _name(lesson.teaching), _read(lesson.teaching)
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
        yield (
            f"{_name(path)} is unwritten on line {', '.join(left)}. "
            "Write what each TODO asks for."
        )


# --- programs -----------------------------------------------------------------


def _starters(lesson: Lesson) -> Iterator[str]:
    """A starter is the solution before, a docstring, and one TODO."""
    for starter in lesson.starters():
        if not (lesson.solution / starter.name).exists():
            continue
        name, text = _name(starter), _read(starter)
        todos = re.findall(r"# TODO: .*(?:\n *# .*)*", text)
        if len(todos) != 1 or text.count("TODO") != 1:
            yield f"{name} has {text.count('TODO')} TODOs. Leave one: the step's goal."
        for call in re.findall(r"(\w+)\(", "".join(todos)):
            if f"def {call}(" not in text:
                yield f"{name}: its TODO names the call {call}(). State the goal."
        before = _solution_before(lesson, starter.name)
        if before and _code(starter) != _code(before):
            yield (
                f"{name} is not {_name(before)} with a docstring and a TODO. "
                "Copy it anew: learners go on from there."
            )
        first = text.partition("\n")[0]
        if not before and "(a new program)" not in first and int(lesson.number) > 1:
            yield f"{name} is new. Write “(a new program)” into its first line."


def _steps(lesson: Lesson) -> Iterator[str]:
    """What a lesson adds is read in a minute."""
    for after in _finished(lesson):
        before = _solution_before(lesson, after.name)
        if before is None:
            continue
        old, new = ([*filter(None, map(str.strip, _code(p)))] for p in (before, after))
        steps = difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
        changed = sum(max(b - a, d - c) for k, a, b, c, d in steps if k != "equal")
        if changed > CHANGED_LINES:
            yield (
                f"{_name(after)} changes {changed} lines, and one idea is "
                f"{CHANGED_LINES} at most. Make two lessons of it."
            )


def _programs(lesson: Lesson) -> Iterator[str]:
    """Programs run on any Python 3, and need nothing but it."""
    for path in _finished(lesson) + lesson.starters():
        text = _read(path)
        try:
            nodes = list(ast.walk(ast.parse(text, feature_version=(3, 6))))
        except SyntaxError as error:
            yield f"{_name(path)}: {error}. Write it for any Python 3."
            continue
        if any(isinstance(node, ast.ImportFrom) for node in nodes):
            yield f"{_name(path)} imports from a module. Import the module."
        imports = [node.names for node in nodes if isinstance(node, ast.Import)]
        for module in {alias.name for alias in chain(*imports)} - IMPORTED:
            yield f"{_name(path)} imports {module}. Learners know {sorted(IMPORTED)}."
        if max(map(len, text.splitlines())) > LINE:
            yield f"{_name(path)} has a line of more than {LINE} characters. Wrap it."


def _checks(lesson: Lesson) -> Iterator[str]:
    name = f"{_name(lesson.folder)}/checks.py"
    try:
        asked = specification(lesson)
    except Exception as error:  # whatever an author can write
        yield f"{name} cannot be read: {error!r}. A check takes four hints."
        return
    if asked is None or not asked.checks:
        yield f"{name} asks for nothing. Write a check for each goal of the lesson."
        return
    lines = (line.strip() for path in _finished(lesson) for line in _code(path))
    answers = {line for line in lines if len(line) > 12}
    for check in asked.checks:
        hints = [hint for hint in check.hints if hint.strip()]
        if len(set(hints)) != 4:
            yield (
                f"{name}: “{check.sentence}” lacks a hint. Give four: a question, "
                "where to look, the call, an example from elsewhere."
            )
        for line in (a for hint in hints for a in answers if a in hint):
            yield (
                f"{name}: a hint of “{check.sentence}” is the finished line “{line}”. "
                "Take a similar example from elsewhere."
            )


def _runs(lesson: Lesson) -> Iterator[str]:
    """The solution passes, and the starter is told what to do first."""
    try:
        asked = specification(lesson)
    except Exception:  # said already
        return
    if asked is None or not asked.checks:
        return
    for result in judge(asked, lesson.solution):
        if result.not_yet is not None:
            yield (
                f"{_name(lesson.solution)} does not pass “{result.check.sentence}”: "
                f"{result.not_yet.did} Mend the solution, or the check."
            )
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as place:
        for program in lesson.starters():
            copyfile(program, Path(place) / program.name)
        told = [r.not_yet for r in judge(asked, Path(place)) if r.not_yet is not None]
    if not told:
        yield (
            f"The starter in {_name(lesson.folder)} passes every check already. "
            "Add a check of what the lesson brings."
        )
    elif "Traceback" in told[0].did or not told[0].ask.endswith("?"):
        yield (
            f"The starter in {_name(lesson.folder)} is told “{told[0].did} "
            f"{told[0].ask}” Say what happened, and end with a question."
        )


# --- what several of them ask --------------------------------------------------


def _finished(lesson: Lesson) -> list[Path]:
    return sorted(lesson.solution.glob("*.py"))


def _solution_before(lesson: Lesson, program: str) -> Path | None:
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
