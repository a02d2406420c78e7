"""What a program compares with nothing or a word like "exit", and what it has there."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from lessons.course.checking.run import Participant

WORDS = re.compile(r"\s*(exit|goodbye!?|quit|bye|close|disconnect)?\s*", re.I)
METHODS = ("decode", "encode", "strip", "rstrip", "lower", "upper", "casefold")
"""Methods without arguments whose result is known when their object is."""

Text = str | bytes
Known = dict[tuple[str | None, str], str]
"""Variables of functions (None: of the module), as Python writes their values."""


@dataclass(frozen=True)
class Comparison:
    """A comparison that a program came to, with the value that it had there."""

    line: int
    value: Text
    word: Text
    identity: bool
    """By `is`, not by `==`."""
    event: int

    @property
    def equal(self) -> bool:
        return self.value == self.word

    @property
    def of_one_type(self) -> bool:
        return type(self.value) is type(self.word)


def comparisons(program: Participant) -> list[Comparison]:
    """Every time that the program compared a variable with a word like "exit"."""
    wanted, known = _written(program.program.source), Known()
    found = []
    for at, event in program.events:
        if event.kind != "line" or event.line is None:
            continue
        known.update({(event.function, name): v for name, v in event.variables})
        for expression, word, identity in wanted.get(event.line, ()):
            value = _value(expression, event.function, known)
            if value is not None:
                found.append(Comparison(event.line, value, word, identity, at))
    return found


def plain(value: Text) -> str:
    """A word without its type, its capitals and the space around it."""
    text = value.decode(errors="replace") if isinstance(value, bytes) else value
    return text.strip().casefold()


def _written(source: str) -> dict[int, list[tuple[ast.expr, Text, bool]]]:
    """The comparisons with such words in a program's text, by line."""
    found: dict[int, list[tuple[ast.expr, Text, bool]]] = {}
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Compare) or len(node.ops) != 1:
            continue
        identity = isinstance(node.ops[0], ast.Is | ast.IsNot)
        if not identity and not isinstance(node.ops[0], ast.Eq | ast.NotEq):
            continue
        for side, other in _both_ways(node.left, node.comparators[0]):
            word = side.value if isinstance(side, ast.Constant) else None
            if isinstance(word, Text) and WORDS.fullmatch(plain(word)):
                found.setdefault(node.lineno, []).append((other, word, identity))
    return found


def _both_ways(left: ast.expr, right: ast.expr) -> Iterator[tuple[ast.expr, ast.expr]]:
    yield left, right
    yield right, left


def _value(expression: ast.expr, function: str | None, known: Known) -> Text | None:
    """The value of a variable, or of a harmless method of it, if it is known."""
    try:
        if isinstance(expression, ast.Name):
            name = expression.id
            written = known.get((function, name)) or known.get((None, name)) or ""
            value = ast.literal_eval(written)
        elif isinstance(expression, ast.Call) and not (
            expression.args or expression.keywords
        ):
            called = expression.func
            if not isinstance(called, ast.Attribute) or called.attr not in METHODS:
                return None
            value = getattr(_value(called.value, function, known), called.attr)()
        else:
            return None
    except (ValueError, SyntaxError, AttributeError):
        return None
    return value if isinstance(value, Text) else None
