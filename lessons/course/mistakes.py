"""Mistakes that can be made in any lesson, and what to say about them.

Each function recognises one mistake and returns what the program did and a
question, or None. Those of one lesson are in its `checks.py`.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from pathlib import Path

from lessons.course.explanations import explain
from lessons.course.run import CONNECTS, Actor, Judge, NotYet, Run, port_of


def before_running(files: Sequence[str], folder: Path) -> NotYet | None:
    """What keeps these files from being run at all."""
    if (folder / "socket.py").exists():
        return NotYet(
            "Beside your programs there is a file named socket.py, and Python "
            "takes it for the socket module.",
            "Which other name could it have?",
            mistake="file_named_socket",
        )
    for name in files:
        path = folder / name
        if not path.exists():
            return NotYet(
                f"{name} is not in {folder.name}.",
                f"Where did you save it? `python3 -m lessons reset "
                f"{folder.name.partition('_')[0]}` brings a fresh one.",
                mistake="file_missing",
            )
        if not path.read_bytes().strip():
            return NotYet(
                f"{name} is empty.",
                "Is your program in an editor that has not saved it yet?",
                mistake="file_empty",
            )
        try:
            ast.parse(path.read_bytes(), filename=name)
        except SyntaxError as error:
            return NotYet(
                f"Python cannot read {name}: {error.msg}, on line {error.lineno}.",
                f"What is missing or too much on line {error.lineno}, or at the end "
                "of the line before it?",
                mistake="syntax_error",
            )
    return None


def raises_an_exception(run: Run) -> NotYet | None:
    """A program ended with an exception that nobody caught."""
    for actor in _learners(run):
        crash = actor.crash
        if crash is None or crash.error is None:
            continue
        known = explain(crash.error)
        where = f"{actor.name} stopped on line {crash.line}, `{actor.code(crash.line)}`"
        did = f"{where}: {crash.error}."
        at = run.recording.events.index(crash)
        if known is not None:
            return NotYet(f"{did} {known.means}", known.ask, at)
        return NotYet(did, "What does the last line of the traceback say?", at)
    return None


def uses_no_socket(run: Run) -> NotYet | None:
    """A program prints, perhaps the right text, and never makes a socket."""
    for actor in _learners(run):
        if actor.calls() and not any(call.socket is not None for call in actor.calls()):
            return _no_socket(actor)
        if not actor.calls() and actor.crash is None:
            return _no_socket(actor)
    return None


def _no_socket(actor: Actor) -> NotYet:
    return NotYet(
        f"{actor.name} printed its lines and made no socket, so nothing can "
        "reach any other program.",
        "Which call makes a socket?",
    )


def ports_differ(run: Run) -> NotYet | None:
    """The client dials another port than the server's."""
    if "server.py" not in run or "client.py" not in run:
        return None
    bound = [call for call in run.server.calls("bind") if call.worked]
    dialled = run.client.calls(*CONNECTS)
    if not bound or not dialled:
        return None
    theirs, ours = port_of(bound[-1]), port_of(dialled[0])
    if theirs is None or ours is None or theirs == ours:
        return None
    return NotYet(
        f"Your server has port {theirs}, and your client dials {ours}, on line "
        f"{dialled[0].line}.",
        "Which of the two numbers should both programs use?",
        dialled[0].start,
    )


def _learners(run: Run) -> list[Actor]:
    return [run[name] for name in ("server.py", "client.py") if name in run]


KNOWN: Sequence[Judge] = (ports_differ, raises_an_exception, uses_no_socket)
"""Those that are recognised in a run; asked in this order."""
