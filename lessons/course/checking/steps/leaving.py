"""Steps of a program that waits for Enter, and ends; or that ends since it must."""

from __future__ import annotations

import re

from lessons.course.checking.evidence import (
    Evidence,
    NotYet,
    Step,
    mistake,
    quoted,
    step,
)
from lessons.course.checking.ports import Since, waits_after
from lessons.course.checking.run import PORT, Participant, Run
from socketscope.reading.calls import KEYBOARD


@mistake(here_only=True)
def sleeps_instead_of_waiting(server: Participant) -> Evidence:
    """Your server sleeps on line {slept.line}, and does not notice that somebody
    presses Enter.
    Ask: Which call waits for Enter, however long that takes?"""
    if "host.py" not in server.run and not server.calls(KEYBOARD):
        for slept in server.calls("sleep"):
            yield slept.start, {"slept": slept}


@step
def waits_for_enter(run: Run, program: str, since: Since, did: str) -> NotYet | None:
    """After that call it reads from the keyboard; else this is what it did."""
    call = since(run[program])
    if waits_after(run[program], call):
        return None
    return NotYet(
        f"{did.format(call=call)}: it {run[program].ending}.",
        "Which call waits until somebody presses Enter?",
        call.end if call else None,
    )


@step
def ends_calmly(run: Run, program: str, did: str, ask: str) -> NotYet | None:
    """It ends with exit status 0, once it has what it waited for."""
    ours = run[program]
    if ours.wait is None and ours.program.status == 0:
        return None
    had = next((call.end for call in ours.calls(KEYBOARD, "accept")), None)
    return NotYet(f"{did} {ours.ending}.", ask, had)


def ends_at_enter(program: str) -> Step:
    """Enter was pressed, and that ends it."""
    role = program.removesuffix(".py")
    return ends_calmly(
        program,
        f"Enter was pressed, and your {role} did not end calmly: it",
        "What should happen after input() has returned?",
    )


def ends_with_its_input(program: str) -> Step:
    """The keyboard is at its end of file, and that ends it."""
    role = program.removesuffix(".py")
    return ends_calmly(
        program,
        f"The keyboard's input came to its end while your {role} waited for Enter. "
        "Then it",
        "Which exception says that the input has ended?",
    )


@step
def says_goodbye(run: Run, program: str) -> NotYet | None:
    """When the keyboard has had its say, it ends with a word, on a line of its own."""
    ours = run[program]
    last = ours.calls(KEYBOARD)[-1]
    said = ours.printed_between(last.end or run.end)
    why = "Enter was pressed" if last.text is not None else "The keyboard's input ended"
    if not said.strip():
        return NotYet(
            f"{why}, and your {ours.role} ended without a word.",
            "What could it print when its socket is closed?",
            last.end,
        )
    shown = ours.printed_between(0, last.end) + "\n" * (last.text is not None)
    if shown.endswith("\n") or not re.match(r".*\w\w", said):
        return None
    return NotYet(
        f"{why} without Enter, so the prompt's line was still open, and your "
        f"{ours.role} printed {quoted(said)} into it.",
        "What could it print first, so that this begins a line of its own?",
        last.end,
    )


@step
def gives_up(
    run: Run, program: str, refused: Since, why: str, reader: str
) -> NotYet | None:
    """It is refused, and ends with one sentence and exit status 1."""
    ours = run.named(program)[-1]
    call, what = refused(ours), ""
    if call is None:
        return NotYet(
            f"{why}, and no call of your {ours.role} was refused: it {ours.ending}.",
            "Which call would tell your program?",
        )
    said = ours.output(call.start)
    if ours.crash is not None or "Traceback" in said:
        what = ", and its terminal shows a traceback"
        ask = "How could it end with one sentence instead?"
    elif not said.strip():
        what, ask = ", without a word", f"What should somebody read who {reader}?"
    elif ours.program.status != 1:
        ask = "Which call ends a program with a sentence and exit status 1?"
    elif str(PORT) not in said:
        what = f". Its sentence is {quoted(said)}, and names no port"
        ask = "Which address and port would somebody look for?"
    else:
        return None
    return NotYet(
        f"{why}, so {call.name}() on line {call.line} was refused. Then your "
        f"{ours.role} {ours.ending}{what}.",
        ask,
        call.end,
    )
