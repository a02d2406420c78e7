"""Mistakes of a program that the operating system refuses its port or its server."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lessons.course.checking import ports, written
from lessons.course.checking.evidence import Evidence, mistake, quoted
from lessons.course.checking.run import Participant
from socketscope.reading.calls import CONNECTS, Call


@dataclass(frozen=True)
class Situation:
    """A run in which one program has to be refused."""

    why: str
    reader: str
    """Somebody who sees its terminal then."""
    calls: tuple[str, ...]
    """Those that can be told."""


SITUATIONS = {
    ("host.py", "server.py"): Situation(
        "Another program has 127.0.0.1:5555",
        "starts your server twice by mistake",
        ("bind", "listen"),
    ),
    ("server.py", "server.py"): Situation(
        "Your server was started twice",
        "has left another server running",
        ("bind", "listen"),
    ),
    ("client.py",): Situation(
        "No server was running", "has forgotten to start the server", (CONNECTS,)
    ),
}


def situation(program: Participant) -> Situation | None:
    """That of a program which is the last of its run, if it is in one."""
    last = program.index == len(program.run.participants) - 1
    return SITUATIONS.get(program.run.names) if last else None


def refused(program: Participant) -> Call | None:
    """The call that the operating system turned down in such a situation."""
    here = situation(program)
    for call in program.calls(*here.calls) if here else ():
        # A TypeError has no number: Python raises it and asks nobody.
        if (call.error and call.error.errno) or call.result not in (None, "0"):
            return call
    return None


@mistake()
def refusal_not_caught(program: Participant) -> Evidence:
    """{here.why}, so {call.name}() on line {call.line} raised {crash.error.name}.
    Nothing caught it, and the terminal of your {program.role} shows a traceback.
    Ask: Which statement tries a call and says what to do if it raises an exception?"""
    for call, known in _died(program):
        if not written.handlers(program, call.line):
            yield call.end, known


@mistake()
def catches_another_exception(program: Participant) -> Evidence:
    """{here.why}, so {call.name}() on line {call.line} raised {crash.error.name}. Your
    `except {names}` on line {line} does not catch that.
    Ask: What would your `except` have to name to catch it?"""
    for call, known in _died(program):
        for line, names in written.handlers(program, call.line)[:1]:
            if not written.catches(names, known["crash"].error.name):
                yield call.end, known | {"line": line, "names": names}


@mistake()
def goes_on_all_the_same(program: Participant) -> Evidence:
    """{here.why}, and {call.name}() on line {call.line} was turned down. Your
    {program.role} went on all the same: it waits for Enter on line {wait.line}.
    Ask: What should your {program.role} do when it is turned down?"""
    call = refused(program)
    got_it = ports.owning(program) is not None
    for wait in ports.waits_after(program, call) if not got_it else ():
        yield wait.start, {"here": situation(program), "call": call, "wait": wait}


@mistake()
def ends_as_if_all_were_well(program: Participant) -> Evidence:
    """{here.why}, so {call.name}() on line {call.line} was refused. After that your
    {program.role} prints {said} and ends with exit status 0, which tells other programs
    that all went well.
    Ask: What happens if you give the sentence to sys.exit(), not to print()?"""
    call = refused(program)
    said = program.output(call.start) if call else ""
    ended = program.wait is None and program.program.status == 0
    if call and said.strip() and ended and not ports.waits_after(program, call):
        here = situation(program)
        yield call.end, {"here": here, "call": call, "said": quoted(said)}


@mistake()
def shares_its_port(server: Participant) -> Evidence:
    """Your server sets SO_REUSEPORT on line {option.line}. With that, a second server
    may listen at the same port, and the operating system gives each client to one of
    the two.
    Ask: Which option forgives what is left over, and keeps other servers out?"""
    if len(server.run.named("server.py")) > 1:
        for bound in server.calls("bind"):
            for option in ports.options(server, bound, "SO_REUSEPORT"):
                yield option.start, {"option": option}


def _died(program: Participant) -> Iterator[tuple[Call, dict[str, Any]]]:
    """The call that was turned down, and ended the program with that."""
    call, crash = refused(program), program.crash
    if call and crash and crash.error == call.error:
        yield call, {"here": situation(program), "call": call, "crash": crash}
