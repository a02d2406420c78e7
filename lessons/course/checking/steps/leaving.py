"""Steps of a program that waits for Enter, and ends; or that ends since it must."""

from __future__ import annotations

import re

from lessons.course.checking.evidence import NotYet, Step, quoted, step
from lessons.course.checking.mistakes.refused import refused, situation
from lessons.course.checking.mistakes.waiting import held, reached
from lessons.course.checking.ports import waits_after
from lessons.course.checking.run import PORT, Run
from socketscope.reading.calls import KEYBOARD


@step
def waits_for_enter(run: Run, program: str) -> NotYet | None:
    """Once it has what it was to have, it reads from the keyboard."""
    ours = run[program]
    call = reached(ours)
    if waits_after(ours, call):
        return None
    had = f" {held(call)['had']} on line {call.line}, and" if call else ""
    return NotYet(
        f"Your {ours.role}{had} did not wait for Enter: it {ours.ending}.",
        "Which call waits until somebody presses Enter?",
        call.end if call else None,
    )


@step
def ends_calmly(
    run: Run, program: str, what: str, then: str, ask: str
) -> NotYet | None:
    """It ends with exit status 0, once it has what it waited for."""
    ours = run[program]
    if ours.wait is None and ours.program.status == 0:
        return None
    had = next((call.end for call in ours.calls(KEYBOARD, "accept")), None)
    return NotYet(f"{what} your {ours.role} {then} {ours.ending}.", ask, had)


@step
def ends_at_enter(run: Run, program: str) -> NotYet | None:
    """Enter was pressed, and that ends it."""
    ours = run[program]
    pressed = ours.typed("")
    again = ours.asks_after(pressed) if pressed else None
    if again is not None:
        return NotYet(
            f"Enter was pressed, and your {ours.role} asks the keyboard again, on line "
            f"{again.line}.",
            "What should happen after input() has returned?",
            again.start,
        )
    return ends_calmly(
        program,
        "Enter was pressed, and",
        "did not end calmly: it",
        "What should happen after input() has returned?",
    )(run)


@step
def ends_at_ctrl_c(run: Run, program: str) -> NotYet | None:
    """Ctrl-C was pressed, and that ends it."""
    ours = run[program]
    met = [c for c in ours.all_calls if c.error and c.error.name == "KeyboardInterrupt"]
    for again in ours.all_calls if met else ():
        after = again.start > met[0].start and again.track == met[0].track
        if after and again.blocked:
            return NotYet(
                f"Ctrl-C was pressed, and your {ours.role} goes on to wait, in "
                f"{again.name}() on line {again.line}.",
                "Where does your program go once it has caught KeyboardInterrupt?",
                again.start,
            )
    return ends_calmly(
        program,
        "Ctrl-C was pressed, and",
        "did not end calmly: it",
        "Which exception does Ctrl-C raise where a program waits?",
    )(run)


def ends_with_its_input(program: str) -> Step:
    """The keyboard is at its end of file, and that ends it."""
    return ends_calmly(
        program,
        "The keyboard's input came to its end while",
        "waited for Enter. Then it",
        "Which exception says that the input has ended?",
    )


@step
def says_goodbye(run: Run, program: str) -> NotYet | None:
    """When the keyboard has had its say, it ends with a word, on a line of its own."""
    ours = run[program]
    waits = [c for c in ours.all_calls if c.end and (c.blocked or c.role == KEYBOARD)]
    if not waits:
        return waits_for_enter(program)(run)
    last = waits[-1]
    said = ours.printed_between(last.end or run.end)
    why = "Enter was pressed" if last.text is not None else "The keyboard's input ended"
    if last.error is not None and last.error.name == "KeyboardInterrupt":
        why = "Ctrl-C was pressed"
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


def gives_up(run: Run) -> NotYet | None:
    """It is refused, and ends with one sentence and exit status 1."""
    ours = run.participants[-1]
    here, call, what = situation(ours), refused(ours), ""
    assert here is not None
    if call is None:
        return NotYet(
            f"{here.why}, and no call of your {ours.role} was refused: it "
            f"{ours.ending}.",
            "Which call asks the operating system, and can be turned down?",
        )
    said = ours.output(call.start)
    if ours.crash is not None or "Traceback" in said:
        what = ", and its terminal shows a traceback"
        ask = "How could it end with one sentence instead?"
    elif not said.strip():
        what, ask = ", without a word", f"What should somebody read who {here.reader}?"
    elif ours.program.status != 1:
        ask = "Which call ends a program with a sentence and exit status 1?"
    elif str(PORT) not in said:
        what = f". Its sentence is {quoted(said)}, and names no port"
        ask = "Which address and port would somebody look for?"
    else:
        return None
    return NotYet(
        f"{here.why}, so {call.name}() on line {call.line} was refused. Then your "
        f"{ours.role} {ours.ending}{what}.",
        ask,
        call.end,
    )
