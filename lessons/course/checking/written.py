"""How a program is written, where a message has to name it."""

from __future__ import annotations

import ast

from lessons.course.checking.run import Participant
from socketscope.reading.calls import Call


def closer(program: Participant, closing: Call) -> str:
    """What closed a socket: a `close()`, the end of a block, or nobody."""
    code = program.code(closing.line)
    if closing.result == "dropped":
        return f"Python, since from line {closing.line} on no name held it"
    if code.startswith("with ") or "ExitStack" in code:
        return f"the end of the `with` block of line {closing.line}"
    return f"close() on line {closing.line}"


def handlers(program: Participant, line: int | None) -> list[tuple[int, str]]:
    """The `except` clauses around a line: where, and what they name."""
    return [
        (handler.lineno, ast.unparse(handler.type) if handler.type else "")
        for each in ast.walk(ast.parse(program.program.source))
        if isinstance(each, ast.Try)
        and any(part.lineno <= (line or 0) <= _last(part) for part in each.body)
        for handler in each.handlers
    ]


def _last(part: ast.stmt) -> int:
    return part.end_lineno or part.lineno
