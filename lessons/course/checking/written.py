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


def uses(code: str, name: str) -> bool:
    """Whether a line uses a variable, and does not only give it a new value."""
    value = re.sub(r"^[\w\s,()]+=(?!=)", "", code)
    return re.search(rf"\b{name}\b", value) is not None


def names_alone(program: Participant) -> dict[int, bool]:
    """The lines where a function of the program's own or a method is named, and not
    called: whether it is the condition of something."""
    found = {}
    for each in _nodes(program):
        if isinstance(each, ast.Expr):
            if isinstance(each.value, ast.Attribute) or _is_own(program, each.value):
                found[each.lineno] = False
        elif isinstance(each, ast.If | ast.While) and _is_own(program, each.test):
            found[each.lineno] = True
    return found


def values_alone(program: Participant) -> dict[int, None]:
    """The lines that are a truth or a comparison, and no more."""
    return {
        each.lineno: None
        for each in _nodes(program)
        if isinstance(each, ast.Expr)
        if isinstance(each.value, ast.Compare)
        or (isinstance(each.value, ast.Constant) and each.value.value in (True, False))
    }


def expects_a_value(program: Participant) -> dict[int, str]:
    """The lines that use what a function of the program's own returns, and it returns
    nothing."""
    nothing = _functions(program).keys() - _answering(program)
    nodes = _nodes(program)
    alone = [each.value for each in nodes if isinstance(each, ast.Expr)]
    # sys.exit(main()) does well with nothing: that is exit status 0.
    exits = [
        n for n in nodes if isinstance(n, ast.Call) and "xit" in ast.unparse(n.func)
    ]
    alone += [argument for each in exits for argument in each.args]
    return {
        each.lineno: _called(each)
        for each in nodes
        if isinstance(each, ast.Call) and each not in alone and _called(each) in nothing
    }


def without_quotes(program: Participant) -> dict[int, str]:
    """The lines that compare with Python's own `exit` or `quit`."""
    return {
        each.lineno: side.id
        for each in _nodes(program)
        if isinstance(each, ast.Compare)
        for side in (each.left, *each.comparators)
        if isinstance(side, ast.Name) and side.id in ("exit", "quit")
    }


def keeps_the_pair(program: Participant) -> bool:
    """Whether what accept() gives gets a single name anywhere."""
    nodes = _nodes(program)
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
    calls = [each for each in _nodes(program) if isinstance(each, ast.Expr)]
    found = [(each.lineno, _called(each.value)) for each in calls]
    return [(line, name) for line, name in found if name in _answering(program)]


def _nodes(program: Participant) -> list[ast.AST]:
    return list(ast.walk(ast.parse(program.program.source)))


def _functions(program: Participant) -> dict[str, ast.FunctionDef]:
    """The program's own, by name; a generator or a decorated one is none."""
    return {
        each.name: each
        for each in _nodes(program)
        if isinstance(each, ast.FunctionDef) and not each.decorator_list
        if not any(isinstance(n, ast.Yield | ast.YieldFrom) for n in ast.walk(each))
    }


def _answering(program: Participant) -> set[str]:
    """Those that return something."""
    return {
        name
        for name, function in _functions(program).items()
        for each in ast.walk(function)
        if isinstance(each, ast.Return) and each.value is not None
    }


def _is_own(program: Participant, expression: ast.expr) -> bool:
    """Is this the name of one of its functions?"""
    return isinstance(expression, ast.Name) and expression.id in _functions(program)


def _called(expression: ast.expr) -> str:
    """The name of the program's own function that is called, if that is all."""
    if isinstance(expression, ast.Call) and isinstance(expression.func, ast.Name):
        return expression.func.id
    return ""


def never_called(program: Participant) -> list[ast.FunctionDef]:
    """Functions that nothing names and that matter: `main`, and users of sockets."""
    nodes = _nodes(program)
    named = {each.id for each in nodes if isinstance(each, ast.Name)}
    named |= {each.attr for each in nodes if isinstance(each, ast.Attribute)}
    return [
        each
        for each in ast.parse(program.program.source).body
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
