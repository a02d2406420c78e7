"""What keeps a learner's files from being run at all."""

from __future__ import annotations

import ast
import difflib
import sys
import warnings
from collections.abc import Sequence
from pathlib import Path

from lessons.course.checking.evidence import NotYet

SOCKET_NEEDS = {"socket", "selectors", "select", "enum", "io", "os"}
"""Modules that `import socket` looks for: no file may take their names."""


def before_running(files: Sequence[str], folder: Path) -> NotYet | None:
    """What keeps these files from being run at all."""
    for name in files:
        not_yet = _unreadable(folder / name) or _not_python(folder / name)
        if not_yet is not None:
            return not_yet
    return _shadowed(files, folder)


def _unreadable(path: Path) -> NotYet | None:
    if not path.is_file():
        others = sorted(other.name for other in path.parent.glob("*.*"))
        near = difflib.get_close_matches(path.name, others, cutoff=0.7)
        there = f" There is {' and '.join(near)}." if near else ""
        number = path.parent.name.partition("_")[0]
        return NotYet(
            f"There is no {path.name} in {path.parent.name}.{there}",
            "Under which name did you save it? "
            f"`python3 -m lessons reset {number}` brings a fresh one.",
            mistake="file_missing",
        )
    if not path.read_bytes().strip():
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
