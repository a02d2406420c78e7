"""Each lesson starts where the one before it ended, and adds one idea."""

import ast
import difflib
import itertools
import re
from pathlib import Path

import pytest

from lessons.course.catalogue import ROOT, all_lessons

CHANGED_LINES = 32
"""More than this is not read in a minute. A line that takes the place of another
counts once, and one that only moves to the right is not read anew."""

STEPS = [lesson for lesson in all_lessons() if lesson.solution.exists()]
NEIGHBOURS = [
    (before, after, program.name)
    for before, after in itertools.pairwise(STEPS)
    for program in sorted(after.solution.glob("*.py"))
    if (before.solution / program.name).exists()
]


def code(text: str) -> str:
    """A program without its docstring and its TODO."""
    docstring = ast.parse(text).body[0]
    assert isinstance(docstring, ast.Expr)
    assert docstring.end_lineno is not None
    text = "\n".join(text.splitlines()[docstring.end_lineno :])
    return re.sub(r"\n *# TODO: .*(\n *# .*)*(?=\n)", "", text)


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("before", "after", "program"), NEIGHBOURS, ids=lambda value: str(value)
)
def test_a_starter_is_the_last_solution_and_a_todo(before, after, program) -> None:
    starter = read(after.folder / program)
    assert starter.count("TODO") == 1
    assert code(starter) == code(read(before.solution / program))


@pytest.mark.parametrize(
    ("before", "after", "program"), NEIGHBOURS, ids=lambda value: str(value)
)
def test_a_lesson_is_read_in_a_minute(before, after, program) -> None:
    old, new = (
        [line.strip() for line in code(read(step.solution / program)).split("\n")]
        for step in (before, after)
    )
    old, new = ([line for line in lines if line] for lines in (old, new))
    steps = difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    changed = [step for step in steps if step[0] != "equal"]
    for _, start, end, new_start, new_end in changed:
        print(*(f"- {line}" for line in old[start:end]), sep="\n")
        print(*(f"+ {line}" for line in new[new_start:new_end]), sep="\n")
    assert sum(max(b - a, d - c) for _, a, b, c, d in changed) <= CHANGED_LINES


@pytest.mark.parametrize("lesson", STEPS, ids=lambda lesson: lesson.stem)
def test_a_new_program_says_that_it_is_new(lesson) -> None:
    previous = STEPS[STEPS.index(lesson) - 1] if lesson is not STEPS[0] else None
    for program in lesson.solution.glob("*.py"):
        if previous is None or not (previous.solution / program.name).exists():
            starter = read(lesson.folder / program.name)
            assert starter.count("TODO") == 1
            if previous is not None:
                assert "(a new program)" in starter.splitlines()[0]


@pytest.mark.parametrize("lesson", STEPS, ids=lambda lesson: lesson.stem)
def test_every_program_of_a_solution_has_a_starter(lesson) -> None:
    starters = {path.name for path in lesson.starters()}
    solutions = {path.name for path in lesson.solution.glob("*.py")}
    assert starters - solutions <= {"knock.py"}
    assert solutions <= starters


def test_knock_is_the_same_everywhere() -> None:
    copies = {read(path) for path in (ROOT / "lessons").glob("*/knock.py")}
    assert len(copies) == 1


@pytest.mark.parametrize(
    "program",
    [
        *(path for lesson in all_lessons() for path in lesson.starters()),
        *(ROOT / "solutions").glob("*/*.py"),
    ],
    ids=lambda path: f"{path.parent.name}/{path.name}",
)
def test_programs_run_on_any_python_3(program: Path) -> None:
    tree = ast.parse(read(program), feature_version=(3, 6))
    imported = {
        name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for name in (alias.name for alias in node.names)
    }
    assert imported <= {"errno", "os", "socket", "sys"}
    assert not any(isinstance(node, ast.ImportFrom) for node in ast.walk(tree))
    assert max(map(len, read(program).splitlines())) < 80
