"""Mistakes that can be made in any lesson, and what to say about them.

Each function recognises one mistake and returns what the program did and a
question, or None. Those of one lesson are in its `checks.py`.
"""

from __future__ import annotations

import ast
import difflib
import re
import sys
import warnings
from collections.abc import Sequence
from pathlib import Path

from lessons.course.checking.explanations import explain
from lessons.course.run import CONNECTS, Actor, Call, Judge, NotYet, Run, port_of

SOCKET_NEEDS = {"socket", "selectors", "select", "enum", "io", "os"}
"""Modules that `import socket` looks for: no file may take their names."""
LONGEST = 160
"""Characters of a learner's line or of an error that a message quotes."""
EXPECTED_ERRORS = re.compile(
    r"^(Connection|BrokenPipe|Timeout|BlockingIO|socket\.timeout)"
    r"|already in use|Errno (98|48)\b|WinError 10048"
)
"""Errors that come from outside: a program does well to catch them."""


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


# -- recognised in a run -----------------------------------------------------


def uses_a_closed_socket(run: Run) -> NotYet | None:
    """A call on a socket that an earlier line has closed."""
    for actor in _learners(run):
        crash = actor.crash
        if crash is None or "Bad file descriptor" not in (crash.error or ""):
            continue
        at = run.recording.events.index(crash)
        closed, name = _closed_before(actor, at, actor.code(crash.line))
        if closed is not None:
            return NotYet(
                f"On line {crash.line}, `{_cut(actor.code(crash.line))}`, {actor.name} "
                f"uses the socket `{name}`, which was closed before by "
                f"{actor.closed_by(closed)}.",
                "Should this line come before that, or is it meant for another socket?",
                closed.start,
            )
    return None


def raises_an_exception(run: Run) -> NotYet | None:
    """A program ended with an exception that nobody caught."""
    for actor in _learners(run):
        crash = actor.crash
        if crash is None or crash.error is None:
            continue
        known = explain(crash.error)
        code = actor.code(crash.line)
        where = f" on line {crash.line}" if crash.line else ""
        line = f", `{_cut(code)}`" if code else ""
        did = f"{actor.name} stopped{where}{line}. {_sentence(crash.error)}"
        at = run.recording.events.index(crash)
        if known is not None:
            return NotYet(f"{did} {known.means}", known.ask, at)
        return NotYet(did, "What does the last line of the traceback say?", at)
    return None


def hides_an_exception(run: Run) -> NotYet | None:
    """A call could not work as written, and the program caught its complaint."""
    for actor in _learners(run):
        for call in actor.calls():
            if call.error is None or EXPECTED_ERRORS.search(call.error):
                continue
            known = explain(call.error)
            means = f" {known.means}" if known else ""
            return NotYet(
                f"{actor.name} calls {call.name}() on line {call.line}, and Python "
                f"answers: {_sentence(call.error)}{means} Your `except` keeps that "
                "out of sight.",
                known.ask if known else "What does this exception complain of?",
                call.end,
            )
    return None


def goes_on_and_on(run: Run) -> NotYet | None:
    """A program neither waits nor ends."""
    if run.recording.verdict.kind != "busy":
        return None
    for actor in _learners(run):
        for wait in run.recording.verdict.waits:
            if wait.program != actor.index or wait.call is not None:
                continue
            who = actor.name if wait.thread == 0 else f"A thread of {actor.name}"
            prints = len(actor.printed) > 10_000
            return NotYet(
                f"{who} goes round and round at line {wait.line}"
                f"{' and prints without an end' if prints else ''}: it neither waits "
                "nor ends, and had to be stopped.",
                "What should end this loop, or which call in it should wait?",
            )
    return None


def never_starts(run: Run) -> NotYet | None:
    """A program defines functions, and nothing calls them."""
    for actor in _learners(run):
        if actor.all_calls or actor.printed or actor.wait or actor.status != 0:
            continue
        tree = ast.parse(actor.program.source)
        functions = [each for each in tree.body if isinstance(each, ast.FunctionDef)]
        if not functions:
            continue
        names = [function.name for function in functions]
        if any(event.function in names for event in run.recording.events):
            continue
        name = "main" if "main" in names else names[-1]
        guard = _guard(tree)
        if guard is not None:
            return NotYet(
                f"{actor.name} ended at once and did nothing: the condition on line "
                f"{guard.lineno}, `{actor.code(guard.lineno)}`, is not true, so "
                f"{name}() was not called.",
                "How many underscores has each of the two names in that condition?",
            )
        return NotYet(
            f"{actor.name} defines {name}() and ended at once: no line calls it.",
            f"Which line, below all functions, should call {name}()?",
        )
    return None


def uses_no_socket(run: Run) -> NotYet | None:
    """A program prints, perhaps the right text, and never makes a socket."""
    for actor in _learners(run):
        made = any(call.socket is not None for call in actor.all_calls)
        if made or actor.crash is not None or not actor.started:
            continue
        printed = "printed its lines and " if actor.printed.strip() else ""
        return NotYet(
            f"{actor.name} {printed}made no socket, so no other program can reach "
            "it, and it can reach none.",
            "Which call of the module socket makes a socket?",
        )
    return None


def ports_differ(run: Run) -> NotYet | None:
    """The client connects to another port than the server's."""
    if "server.py" not in run or "client.py" not in run:
        return None
    bound = [call for call in run.server.calls("bind") if call.worked]
    connects = run.client.calls(*CONNECTS)
    if not bound or not connects:
        return None
    theirs, ours = port_of(bound[-1]), port_of(connects[0])
    if theirs is None or ours is None or theirs == ours:
        return None
    return NotYet(
        f"Your server owns port {theirs}, and your client tries to connect to "
        f"{ours}, on line {connects[0].line}.",
        "Which of the two numbers should both programs use?",
        connects[0].start,
    )


def _closed_before(actor: Actor, at: int, code: str) -> tuple[Call | None, str]:
    """The close of the socket that a line of code names, and that name."""
    for closed in actor.calls("close", "detach"):
        name = actor.recording.sockets[closed.socket or 0].name
        if name and closed.start < at and re.search(rf"\b{re.escape(name)}\b", code):
            return closed, name
    return None, ""


def _guard(tree: ast.Module) -> ast.If | None:
    """The last condition at the top level: `if __name__ == …` as written."""
    found = [each for each in tree.body if isinstance(each, ast.If)]
    return found[-1] if found else None


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]} …"


def _sentence(error: str) -> str:
    """An exception's text, ended as a sentence."""
    error = _cut(error)
    return error if error.endswith((".", "?", "…")) else f"{error}."


def _learners(run: Run) -> list[Actor]:
    return [
        actor
        for name, actor in zip(run.names, run.actors, strict=True)
        if name in ("server.py", "client.py")
    ]


KNOWN: Sequence[Judge] = (
    ports_differ,
    uses_a_closed_socket,
    raises_an_exception,
    hides_an_exception,
    goes_on_and_on,
    never_starts,
    uses_no_socket,
)
"""Those that are recognised in a run; asked in this order."""
