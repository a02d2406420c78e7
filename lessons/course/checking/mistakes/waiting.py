"""Mistakes of a program that should wait for Enter, and end calmly."""

from __future__ import annotations

from lessons.course.checking import ports, written
from lessons.course.checking.evidence import Evidence, mistake
from lessons.course.checking.run import Participant
from socketscope.reading.calls import KEYBOARD, Call

HELD = {
    "bind": ("bound its port", "the port is free again"),
    "listen": ("listened", "nobody listens any more"),
    "connect": ("connected", "it has hung up"),
}
"""What a program has after a call, and what it means to let go of it."""
ENDS = {
    "EOFError": "The keyboard's input ended (Ctrl-D does that)",
    "KeyboardInterrupt": "Ctrl-C was pressed",
}
"""What raises these where a program waits."""
BLOCK = "Which lines should run while the socket is open?"
NAME = "What must a function hand back, so that the socket lives on?"


@mistake()
def closes_before_it_waits(program: Participant) -> Evidence:
    """Your {program.role} {had} on line {call.line}. Then its socket was closed by
    {closer}, before it waits for Enter on line {wait.line}. With that {lost}.
    Ask: {ask}"""
    call = reached(program)
    for wait in ports.waits_after(program, call)[:1]:
        for closed in program.calls("close", "detach"):
            if call and closed.start < wait.start and closed.socket == call.socket:
                ask = BLOCK if closed.result != "dropped" else NAME
                known = {"call": call, "wait": wait, "ask": ask} | held(call)
                closer = written.closer(program, closed)
                yield closed.start, known | {"closer": closer}


@mistake()
def ends_at_once(program: Participant) -> Evidence:
    """Your {program.role} {had} on line {call.line}, and ran to its end in a moment.
    With that {lost}.
    Ask: What could it wait for before it ends?"""
    call, waited = reached(program), any(each.blocked for each in program.all_calls)
    ended = program.wait is None and program.program.status == 0
    if call and ended and not waited and not program.calls(KEYBOARD):
        yield program.events[-1][0], {"call": call} | held(call)


@mistake(here_only=True)
def sleeps_instead_of_waiting(program: Participant) -> Evidence:
    """Your {program.role} sleeps on line {slept.line}, and does not notice that
    somebody presses Enter.
    Ask: Which call waits for Enter, however long that takes?"""
    if reached(program) and not program.calls(KEYBOARD):
        for slept in program.calls("sleep"):
            yield slept.start, {"slept": slept}


@mistake()
def end_not_caught(program: Participant) -> Evidence:
    """{how} while your {program.role} waited on line {crash.line}. That raised
    {crash.error.name}, which {nothing}, and your {program.role} ended with a traceback.
    Ask: {ask}"""
    crash = program.crash
    if crash is None or crash.error.name not in ENDS:
        return
    nothing = "nothing caught"
    ask = "Which statement tries a call, and says what to do if it raises an exception?"
    for line, names in written.handlers(program, crash.line)[:1]:
        if written.catches(names, crash.error.name):  # and raised it again
            return
        nothing = f"your `except {names}` on line {line} does not catch"
        ask = "How can one `except` catch two kinds of exception?"
    known = {"crash": crash, "nothing": nothing, "ask": ask}
    yield crash.event, known | {"how": ENDS[crash.error.name]}


@mistake()
def starts_to_wait_again(program: Participant) -> Evidence:
    """The keyboard's input has ended, and your {program.role} asks for more of it on
    line {wait.line}, again and again. Nothing will ever come.
    Ask: Where should your program go on when the input has ended?"""
    waits = program.calls(KEYBOARD)
    vain = [wait for wait in waits if wait.result == "EOF"]
    if len(vain) > 1 and len({wait.line for wait in vain}) == 1:
        yield vain[1].start, {"wait": vain[0]}


def reached(program: Participant) -> Call | None:
    """The call with which it has what it was to have, as far as it came."""
    if program.name == "client.py":
        return ports.meeting(program)
    return ports.ever_listening(program) or ports.owning(program)


def held(call: Call) -> dict[str, object]:
    had, lost = HELD.get(call.name, HELD["connect"])
    return {"had": had, "lost": lost}
