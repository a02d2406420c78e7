"""How the recorder's tests write programs down and read recordings."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from socketscope import Recording
from socketscope.drawing.captions import notes as notes
from socketscope.drawing.captions import verdict as verdict

PROGRAMS = Path(__file__).parent / "programs"

Record = Callable[..., Recording]


class Pems(NamedTuple):
    """Files with certificates."""

    authority: str
    server: str


def script(folder: Path, index: int, program: Any) -> Any:
    """A path for a program; text of several lines becomes a file."""
    if isinstance(program, list):
        return program
    if isinstance(program, tuple):
        return [script(folder, index, program[0]), *program[1:]]
    if isinstance(program, str) and "\n" not in program and program.endswith(".py"):
        return PROGRAMS / program
    if isinstance(program, Path):
        return program
    name = "server.py" if index == 0 else f"client{index}.py"
    path = folder / name
    if isinstance(program, bytes):
        path.write_bytes(program)
    else:
        path.write_text(textwrap.dedent(program), encoding="utf-8")
    return path


def output(recording: Recording, program: int) -> str:
    """All that a program printed."""
    return "".join(
        event.text or ""
        for event in recording.events
        if event.kind == "output" and event.program == program
    )


def calls(recording: Recording, program: int) -> list[str]:
    """The calls of a program, in order."""
    return [
        event.call or ""
        for event in recording.events
        if event.kind == "call" and event.program == program
    ]


def find(recording: Recording, kind: str, call: str | None = None) -> list[Any]:
    """The events of a kind (and of a call)."""
    return [
        event
        for event in recording.events
        if event.kind == kind and (call is None or event.call == call)
    ]
