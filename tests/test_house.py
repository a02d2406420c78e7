"""The house stays one that a newcomer can walk through: rooms, walls and sizes."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MODULES = sorted(
    [*ROOT.glob("socketscope/**/*.py"), *ROOT.glob("lessons/**/*.py")],
)
LONGEST, METHODS, ATTRIBUTES = 450, 25, 12
RECORDS = {"Event", "Recording"}
"""Flat records of the file format, documented field by field."""

WALLS = {
    "socketscope/recording.py": ("socketscope", "lessons"),
    "socketscope/reading": (
        *("socketscope.recorder", "socketscope.drawing", "socketscope.watched"),
        "lessons",
    ),
    "socketscope/drawing": ("socketscope.recorder", "socketscope.watched", "lessons"),
    "socketscope/recorder": ("socketscope.drawing", "socketscope.watched", "lessons"),
    "socketscope/watched": (
        *("socketscope.recording", "socketscope.recorder", "socketscope.reading"),
        *("socketscope.drawing", "lessons"),
    ),
    "socketscope": ("lessons",),
}
"""Rooms, and what nothing in them may import."""


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def imports(path: Path) -> set[str]:
    """The modules that a file imports."""
    found = set()
    for each in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(each, ast.Import):
            found |= {alias.name for alias in each.names}
        elif isinstance(each, ast.ImportFrom) and each.module:
            found |= {each.module, *(f"{each.module}.{a.name}" for a in each.names)}
    return found


@pytest.mark.parametrize("room", WALLS)
def test_no_room_reaches_through_a_wall(room: str) -> None:
    files = [path for path in MODULES if name(path).startswith(room)]
    assert files
    through = [
        f"{name(path)} imports {module}"
        for path in files
        for module in imports(path)
        for wall in WALLS[room]
        if module == wall or module.startswith(f"{wall}.")
    ]
    assert not through


def test_no_module_takes_longer_than_an_hour_to_read() -> None:
    lines = {name(path): len(path.read_text("utf-8").splitlines()) for path in MODULES}
    assert {file: count for file, count in lines.items() if count > LONGEST} == {}


def attributes(of: ast.ClassDef) -> set[str]:
    """What its instances hold: fields, and what its methods set on `self`."""
    fields = {
        each.target.id
        for each in of.body
        if isinstance(each, ast.AnnAssign) and isinstance(each.target, ast.Name)
    }
    return fields | {
        each.attr
        for each in ast.walk(of)
        if isinstance(each, ast.Attribute)
        if isinstance(each.value, ast.Name) and each.value.id == "self"
        if isinstance(each.ctx, ast.Store)
    }


def test_no_class_knows_or_does_everything() -> None:
    large = []
    for path in MODULES:
        for each in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(each, ast.ClassDef) and each.name not in RECORDS:
                methods = [m for m in each.body if isinstance(m, ast.FunctionDef)]
                held = attributes(each)
                if len(methods) > METHODS or len(held) > ATTRIBUTES:
                    large.append((name(path), each.name, len(methods), len(held)))
    assert large == []
