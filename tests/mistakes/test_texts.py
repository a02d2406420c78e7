"""Every text that a learner can be told is told to some program of these tests.

`message.txt` beside a program holds what it is told, and other tests hold it to
that. So a text that is in none of them would be one that nobody has ever read.
"""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

from lessons.course.catalogue import ROOT

TOLD = "\n".join(
    path.read_text(encoding="utf-8")
    for room in ("mistakes", "accounts")
    for path in (ROOT / "tests" / room).glob("*/*/message.txt")
)
CHECKING = ROOT / "lessons" / "course" / "checking"
SOURCES = [
    *(ROOT / "lessons").glob("[0-9]*/checks.py"),
    *(path for path in CHECKING.rglob("*.py") if "peers" not in path.parts),
]
NOT_TOLD = ("explanations.py", "files.py")
"""Explanations have tests of their own; `test_hostile` makes all sorts of files."""
HIDDEN = {"was still running"}
"""Completes a sentence about a program that is busy; that it goes on and on is
told in its place."""


def texts(path: Path) -> Iterator[str]:
    """The pieces of prose in a module that can reach a learner."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef):
            continue
        silent = {id(node) for node in _silent(function)}
        for node in ast.walk(function):
            prose = isinstance(node, ast.Constant) and isinstance(node.value, str)
            if prose and id(node) not in silent:
                yield from pieces(node.value)
        if any("mistake" in ast.unparse(each) for each in function.decorator_list):
            doc = " ".join((ast.get_docstring(function) or "").split())
            for text in doc.split(" Ask: "):
                yield from (
                    piece
                    for literal, *_ in string.Formatter().parse(text)
                    for piece in pieces(literal)
                )


def _silent(function: ast.FunctionDef) -> Iterator[ast.AST]:
    """What is compared or looked for, and what documents."""
    for node in ast.walk(function):
        looks = isinstance(node, ast.Call) and ast.unparse(node.func).startswith("re.")
        documents = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        if looks or documents or isinstance(node, ast.Compare):
            yield from ast.walk(node)


def pieces(text: str) -> list[str]:
    """A text, if it is prose: words with spaces between them."""
    text = " ".join(text.split())
    return [text] if re.search(r"[A-Za-z]{2,}[,;:.]? [A-Za-z]{2,}", text) else []


@pytest.mark.parametrize(
    "path",
    [path for path in SOURCES if path.name not in NOT_TOLD],
    ids=lambda path: str(path.relative_to(ROOT / "lessons")),
)
def test_every_text_is_told_to_some_program(path: Path) -> None:
    untold = [text for text in texts(path) if text not in TOLD and text not in HIDDEN]
    assert not untold
