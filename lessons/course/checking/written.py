"""How a program is written, where a message has to name it."""

from __future__ import annotations

import ast
import builtins
import re

from lessons.course.checking.run import Participant
from socketscope.reading.calls import Call, role_of


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


def names_alone(program: Participant) -> list[int]:
    """The lines that are a function's name, of the program's own or a method's."""
    nodes = list(ast.walk(ast.parse(program.program.source)))
    own = {each.name for each in nodes if isinstance(each, ast.FunctionDef)}
    alone = [each for each in nodes if isinstance(each, ast.Expr)]
    return [
        each.lineno
        for each in alone
        if isinstance(each.value, ast.Attribute)
        or (isinstance(each.value, ast.Name) and each.value.id in own)
    ]


def keeps_the_pair(program: Participant) -> bool:
    """Whether what accept() gives gets a single name anywhere."""
    nodes = list(ast.walk(ast.parse(program.program.source)))
    named = [
        (each.targets[0], each.value) for each in nodes if isinstance(each, ast.Assign)
    ]
    named += [
        (item.optional_vars, item.context_expr)
        for each in nodes
        if isinstance(each, ast.With)
        for item in each.items
        if item.optional_vars
    ]
    return any(
        isinstance(name, ast.Name) and ast.unparse(value).endswith(".accept()")
        for name, value in named
    )


def ignored(program: Participant) -> list[tuple[int, str]]:
    """Calls of its own functions whose results nobody keeps: line and name."""
    nodes = list(ast.walk(ast.parse(program.program.source)))
    answer = {
        function.name
        for function in nodes
        if isinstance(function, ast.FunctionDef)
        for each in ast.walk(function)
        if isinstance(each, ast.Return) and each.value is not None
    }
    calls = [each for each in nodes if isinstance(each, ast.Expr)]
    found = [(each.lineno, _called(each.value)) for each in calls]
    return [(line, name) for line, name in found if name in answer]


def _called(expression: ast.expr) -> str:
    """The name of the program's own function that is called, if that is all."""
    if isinstance(expression, ast.Call) and isinstance(expression.func, ast.Name):
        return expression.func.id
    return ""


def never_called(program: Participant) -> list[ast.FunctionDef]:
    """Functions that nothing names and that matter: `main`, and users of sockets."""
    nodes = list(ast.walk(ast.parse(program.program.source)))
    named = {each.id for each in nodes if isinstance(each, ast.Name)}
    named |= {each.attr for each in nodes if isinstance(each, ast.Attribute)}
    return [
        each
        for each in nodes
        if isinstance(each, ast.FunctionDef) and each.name not in named
        if each.name == "main" or _uses_a_socket(each)
    ]


def _uses_a_socket(function: ast.FunctionDef) -> bool:
    called = [each.func for each in ast.walk(function) if isinstance(each, ast.Call)]
    methods = [each.attr for each in called if isinstance(each, ast.Attribute)]
    return any(map(role_of, methods))


def catches(names: str, error: str) -> bool:
    """Whether an `except` of these names (none: of all) catches such an error."""
    names = names.partition(" or ")[0]  # which is the first of them
    family = [each.__name__ for each in getattr(builtins, error, Exception).__mro__]
    said = {name.rpartition(".")[2] for name in re.findall(r"[\w.]+", names)}
    return not names or not said.isdisjoint([*family, "error"])


def _last(part: ast.stmt) -> int:
    return part.end_lineno or part.lineno
