"""Mistakes that can be made in any lesson."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import TypeVar

from lessons.course.checking import written
from lessons.course.checking.evidence import (
    BARE,
    GENERAL,
    SPECIFIC,
    Evidence,
    mistake,
)
from lessons.course.checking.explanations import explain
from lessons.course.checking.run import Participant
from socketscope.reading.calls import CONNECTS
from socketscope.recording import Raised

LONGEST = 160
"""Characters of a learner's line or of an error that a message quotes."""
NOWHERE = ("", 0)
GUARD = ("__name__ == '__main__'", "'__main__' == __name__")


@mistake()
def ports_differ(server: Participant, client: Participant) -> Evidence:
    """Your server owns port {theirs}, and your client tries to connect to {ours}, on
    line {call.line}.
    Ask: Which of the two numbers should both programs use?"""
    bound = [call for call in server.calls("bind") if call.worked]
    for call in client.calls(CONNECTS)[:1] if bound else ():
        (_, theirs), (_, ours) = bound[-1].address or NOWHERE, call.address or NOWHERE
        if theirs and ours and theirs != ours:
            yield call.start, {"theirs": theirs, "ours": ours, "call": call}


@mistake(says=GENERAL)
def uses_a_closed_socket(program: Participant) -> Evidence:
    """On line {crash.line}, `{code}`, {program.name} uses the socket `{name}`, which
    was closed before by {closer}.
    Ask: When does your program need this socket for the last time?"""
    crash = program.crash
    if crash is None or crash.error.errno != "EBADF":
        return
    code = program.code(crash.line)
    for closed in program.calls("close", "detach"):
        name = program.run.recording.sockets[closed.socket or 0].name
        if name and closed.start < crash.event and written.uses(code, name):
            closer = written.closer(program, closed)
            known = {"crash": crash, "code": _cut(code), "name": name}
            yield crash.event, known | {"closer": closer}
            return


@mistake(says=BARE)
def raises_an_exception(program: Participant) -> Evidence:
    """{program.name} stopped{where}{line}. {error}{means}
    Ask: {ask}"""
    crash = program.crash
    if crash is None:
        return
    known, code = explain(str(crash.error)), program.code(crash.line)
    yield (
        crash.event,
        {
            "where": f" on line {crash.line}" if crash.line else "",
            "line": f", `{_cut(code)}`" if code else "",
            "error": _sentence(str(crash.error)),
            "means": f" {known.means}" if known else "",
            "ask": known.ask
            if known
            else "With which values does this line work, as print() would show them?",
        },
    )


@mistake(says=GENERAL)
def hides_an_exception(program: Participant) -> Evidence:
    """{program.name} calls {call.name}() on line {call.line}, and Python answers:
    {error}{means} Your `except` keeps that out of sight.
    Ask: {ask}"""
    ends = program.crash.error if program.crash else None
    for call in program.calls():
        if call.error in (None, ends) or _from_outside(call.error):
            continue
        if call.error.text.rpartition("] ")[2] in program.output():
            continue  # it is in sight
        known = explain(str(call.error))
        yield (
            call.end,
            {
                "call": call,
                "error": _sentence(str(call.error)),
                "means": f" {known.means}" if known else "",
                "ask": known.ask if known else "What does this exception complain of?",
            },
        )


@mistake()
def goes_on_and_on(program: Participant) -> Evidence:
    """{who} goes round and round at line {wait.line}{what}: it neither waits nor
    ends, and had to be stopped.
    Ask: What should your program wait for on this line?"""
    verdict = program.run.recording.verdict
    floods = len(program.printed) > 10_000
    goes_on = verdict.kind == "busy" and (verdict.because != "time" or floods)
    for wait in verdict.waits if goes_on else ():
        if wait.program == program.index and wait.call is None and wait.line:
            who = program.name if wait.track == 0 else f"A thread of {program.name}"
            what = " and prints without an end" * floods
            if verdict.because == "memory":
                what = " and takes more and more memory"
            yield None, {"who": who, "wait": wait, "what": what}


@mistake(says=SPECIFIC)
def names_a_call_only(program: Participant) -> Evidence:
    """Line {line} of {program.name}, `{code}`, names a function and does not call it:
    {so}.
    Ask: What turns the name of a function into a call of it?"""
    nothing, true = "nothing happens there", "a function by itself counts as true"
    for at, line, test in _reached(program, written.names_alone(program)):
        so = true if test else nothing
        yield at, {"line": line, "code": program.code(line), "so": so}


@mistake(says=SPECIFIC)
def states_a_value_only(program: Participant) -> Evidence:
    """Line {line} of {program.name}, `{code}`, states a value and does nothing with it.
    Ask: Which word, or which sign, is missing there?"""
    for at, line, _ in _reached(program, written.values_alone(program)):
        yield at, {"line": line, "code": program.code(line)}


@mistake(says=SPECIFIC)
def forgets_to_return(program: Participant) -> Evidence:
    """Line {line} of {program.name}, `{code}`, waits for what {name}() gives back, and
    {name}() gives nothing back: it has no `return` with a value.
    Ask: What does this line need from inside {name}()?"""
    for at, line, name in _reached(program, written.expects_a_value(program)):
        yield at, {"line": line, "code": program.code(line), "name": name}


@mistake(says=SPECIFIC)
def forgets_the_quotes(program: Participant) -> Evidence:
    """Line {line} of {program.name}, `{code}`, compares with {name}, which without
    quotes is a function of Python's. No text is equal to that.
    Ask: What makes a word a text in Python?"""
    for at, line, name in _reached(program, written.without_quotes(program)):
        yield at, {"line": line, "code": program.code(line), "name": name}


@mistake(as_step=True)
def leaves_braces(program: Participant) -> Evidence:
    """The terminal of your {program.role} shows {braces} as it stands in the program,
    with its braces.
    Ask: Which letter before the quotes makes Python fill in what the braces name?"""
    for at, event in program.events:
        for braces in re.findall(r"\{[A-Za-z_][\w.]*\}", event.text or ""):
            if event.kind == "output" and braces in program.program.source:
                yield at, {"braces": f"“{braces}”"}


@mistake(says=SPECIFIC)
def leaves_it_to_another_process(program: Participant) -> Evidence:
    """{program.name} started another process and ended itself. A check watches the
    program that is started, and Ctrl-C in its terminal reaches no other.
    Ask: Which line starts the other process?"""
    started = [n.program for n in program.run.recording.notes if n.kind == "processes"]
    if program.index in started and not program.wait and not program.crash:
        yield program.events[0][0], {}


@mistake()
def never_calls_it(program: Participant) -> Evidence:
    """{program.name} defines {name}() on line {line}, and no line calls it.
    Ask: Which line should call {name}()?"""
    for each in written.never_called(program) if program.started else ():
        yield None, {"name": each.name, "line": each.lineno}


@mistake()
def misspells_its_guard(program: Participant) -> Evidence:
    """{program.name} ended at once and did nothing: the condition on line {line},
    `{code}`, is not true.
    Ask: How many underscores has each of the two names in that condition?"""
    body = ast.parse(program.program.source).body
    ran = program.all_calls or program.printed or program.wait or program.crash
    for each in body[-1:] if program.started and not ran else ():
        test = ast.unparse(each.test) if isinstance(each, ast.If) else ""
        if "__name__" in test and test not in GUARD:
            yield None, {"line": each.lineno, "code": program.code(each.lineno)}


@mistake(says=GENERAL)
def uses_no_socket(program: Participant) -> Evidence:
    """{program.name} {printed}made no socket, so no other program can reach it, and it
    can reach none.
    Ask: Which call of the module socket makes a socket?"""
    made = any(call.socket is not None for call in program.all_calls)
    if program.started and not made and program.crash is None:
        printed = "printed its lines and " if program.printed.strip() else ""
        yield None, {"printed": printed}


# -- what several of them ask --------------------------------------------------


Found = TypeVar("Found")


def _reached(
    program: Participant, places: dict[int, Found]
) -> Iterator[tuple[int, int, Found]]:
    """The first event of each line that the program came to."""
    left = dict(places)
    for at, event in program.events:
        if event.kind == "line" and event.line in left:
            yield at, event.line, left.pop(event.line)


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]} …"


def _sentence(error: str) -> str:
    """An exception's text, ended as a sentence."""
    error = _cut(error)
    return error if error.endswith((".", "?", "…")) else f"{error}."


def _from_outside(error: Raised) -> bool:
    """Whether a program does well to catch it."""
    names = ("Connection", "BrokenPipe", "Timeout", "BlockingIO")
    return error.name.startswith(names) or error.errno == "EADDRINUSE"
