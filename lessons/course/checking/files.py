"""What keeps a learner's files from being run at all."""

from __future__ import annotations

import ast
import difflib
import os
import shutil
import sys
import warnings
from collections.abc import Sequence
from fnmatch import fnmatch
from pathlib import Path

from lessons.course.checking.evidence import NotYet
from lessons.course.checking.run import LEARNERS

SOCKET_NEEDS = {"socket", "selectors", "select", "enum", "io", "os"}
"""Modules that `import socket` looks for: no file may take their names."""


LARGEST, MOST = 1_000_000, 500
"""Bytes of a file and number of files that are copied for a run. In a folder of
so many, or with a film among them, the programs need no more."""
LEFT_OUT = ("__pycache__", ".*")


def copy(folder: Path, place: Path) -> None:
    """Copy what a program may need: files, and those in subfolders."""
    left = MOST
    for parent, folders, files in os.walk(folder):
        folders[:] = [n for n in folders if not any(fnmatch(n, p) for p in LEFT_OUT)]
        there = place / Path(parent).relative_to(folder)
        there.mkdir(parents=True)
        for source in map(Path(parent).joinpath, sorted(files)):
            small = source.is_file() and source.stat().st_size <= LARGEST
            left -= small
            if (small and left >= 0) or (
                parent == str(folder) and source.name in LEARNERS
            ):
                shutil.copyfile(source, there / source.name)


def before_running(
    files: Sequence[str], folder: Path, starters: Path | None = None
) -> NotYet | None:
    """What keeps these files from being run at all."""
    for name in files:
        not_yet = _unreadable(folder / name) or _not_python(folder / name)
        if not_yet is not None:
            return not_yet
    return _shadowed(files, folder) or _elsewhere(files, folder, starters)


def _elsewhere(
    files: Sequence[str], folder: Path, starters: Path | None
) -> NotYet | None:
    """The programs are as they were at the start, and another one is beside them."""
    if starters is None or starters == folder:
        return None
    begun = [name for name in files if (starters / name).exists()]
    if any((folder / n).read_bytes() != (starters / n).read_bytes() for n in begun):
        return None
    own = {path.name for path in folder.glob("*.py") if ".old" not in path.name}
    for name in sorted(own - {path.name for path in starters.glob("*.py")}):
        named = " and ".join(begun)
        return NotYet(
            f"Nothing was changed in {named}, and {name} is beside it. A check looks "
            f"at {named} alone.",
            "In which file is your work?",
            mistake="work_in_another_file",
        )
    return None


def _unreadable(path: Path) -> NotYet | None:
    number = path.parent.name.partition("_")[0]
    fresh = f"`python3 -m lessons reset {number}` brings a fresh one, if you want it."
    if not path.exists():
        others = sorted(other.name for other in path.parent.glob("*.*"))
        near = difflib.get_close_matches(path.name, others, cutoff=0.7)
        there = f" There is {' and '.join(near)}." if near else ""
        return NotYet(
            f"There is no {path.name} in {path.parent.name}.{there} {fresh}",
            "Under which name did you save your program?",
            mistake="file_missing",
        )
    if not path.is_file():
        what = "a folder" if path.is_dir() else "no file that holds a text"
        return NotYet(
            f"{path.name} in {path.parent.name} is {what}. {fresh}",
            "Where did you save your program?",
            mistake="file_missing",
        )
    try:
        text = path.read_bytes()
    except OSError as error:
        return NotYet(
            f"{path.name} in {path.parent.name} cannot be read: {error.strerror}.",
            "Who may read this file?",
            mistake="file_missing",
        )
    if not text.strip():
        return NotYet(
            f"{path.name} is empty.",
            "Does an editor still hold your program, not saved yet?",
            mistake="file_empty",
        )
    return None


def _not_python(path: Path) -> NotYet | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(path.read_bytes(), path.name, "exec", dont_inherit=True)
    except SyntaxError as error:
        if (broken := _no_utf_8(path)) is not None:
            return NotYet(
                f"{path.name} is not saved in UTF-8, as Python expects it: line "
                f"{broken} has a byte that is none.",
                "In which encoding does your editor save?",
                mistake="syntax_error",
            )
        line = f", on line {error.lineno}" if error.lineno else ""
        return NotYet(
            f"Python cannot read {path.name}: {error.msg}{line}.",
            f"What is missing or too much on line {error.lineno}, or at the end "
            "of the line before it?"
            if error.lineno
            else "Was it saved as plain text, in UTF-8?",
            mistake="syntax_error",
        )
    except (ValueError, RecursionError, MemoryError) as error:
        return NotYet(
            f"Python cannot read {path.name}: {error or type(error).__name__}.",
            "Was it saved as plain text, in UTF-8?",
            mistake="syntax_error",
        )
    return None


def _no_utf_8(path: Path) -> int | None:
    """The first line that is not text in UTF-8, if there is one."""
    data = path.read_bytes()
    try:
        data.decode()
    except UnicodeDecodeError as error:
        return data[: error.start].count(b"\n") + 1
    return None


def _tree(path: Path) -> ast.Module:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(path.read_bytes())


def _shadowed(files: Sequence[str], folder: Path) -> NotYet | None:
    """A file beside the programs has the name of a module that they need."""
    wanted = set(SOCKET_NEEDS)
    for name in files:
        for each in ast.walk(_tree(folder / name)):
            if isinstance(each, ast.Import):
                wanted |= {alias.name.partition(".")[0] for alias in each.names}
            elif isinstance(each, ast.ImportFrom) and each.module:
                wanted.add(each.module.partition(".")[0])
    for module in sorted(wanted & sys.stdlib_module_names):
        if (folder / f"{module}.py").exists():
            return NotYet(
                f"Beside your programs is a file named {module}.py. When a program "
                f"says `import {module}`, Python finds that file and not its own "
                "module.",
                f"Which other name could {module}.py have?",
                mistake="file_named_socket",
            )
    return None
