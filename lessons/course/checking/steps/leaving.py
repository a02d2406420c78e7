"""Steps of a program that waits for Enter, and ends; or that ends since it must."""

from __future__ import annotations

from lessons.course.checking.calls import KEYBOARD
from lessons.course.checking.evidence import Evidence, NotYet, Step, mistake, quoted
from lessons.course.checking.ports import Since, waits_after
from lessons.course.checking.run import Participant, Run

AT_ENTER = (
    "Enter was pressed, and your {role} did not end calmly: it",
    "What should happen after input() has returned?",
)
AT_THE_END_OF_INPUT = (
    "The keyboard's input came to its end while your {role} waited for Enter. Then it",
    "Which exception says that the input has ended?",
)


@mistake(
    "Your server sleeps on line {slept.line}, and does not notice that somebody "
    "presses Enter.",
    "Which call waits for Enter, however long that takes?",
    here_only=True,
)
def sleeps_instead_of_waiting(server: Participant) -> Evidence:
    if "owner.py" not in server.run and not server.calls(*KEYBOARD):
        for slept in server.calls("sleep"):
            yield slept.start, {"slept": slept}


def waits_for_enter(program: str, since: Since, account: str) -> Step:
    """After that call it reads from the keyboard; the account says that it did not."""

    def step(run: Run) -> NotYet | None:
        call = since(run[program])
        if waits_after(run[program], call):
            return None
        return NotYet(
            f"{account.format(call=call)}: it {run[program].ending}.",
            "Which call waits until somebody presses Enter?",
            call.end if call else None,
        )

    return step


def ends_calmly(program: str, account: str, ask: str) -> Step:
    """It ends with exit status 0, once it has what it waited for."""

    def step(run: Run) -> NotYet | None:
        ours = run[program]
        if ours.wait is None and ours.program.status == 0:
            return None
        had = [call.end for call in ours.calls(*KEYBOARD, "accept")]
        did = f"{account.format(role=ours.role)} {ours.ending}."
        return NotYet(did, ask, had[0] if had else None)

    return step


def gives_up_in_a_sentence(program: str, refused: Since, why: str, reader: str) -> Step:
    """It is refused, and ends with one sentence and exit status 1."""

    def step(run: Run) -> NotYet | None:
        ours = run.named(program)[-1]
        call = refused(ours)
        if call is None:
            return NotYet(
                f"{why}, and your {ours.role} did not notice: it {ours.ending}.",
                "Which call of yours would tell it?",
            )
        said = ours.output(call.start)
        if ours.crash is not None or "Traceback" in said:
            what = ", and its terminal shows a traceback"
            ask = "How could it end with one sentence instead?"
        elif not said.strip():
            what, ask = ", without a word", f"What should somebody read who {reader}?"
        elif ours.program.status != 1:
            what = ""
            ask = "Which call ends a program with a sentence and exit status 1?"
        else:
            return None
        return NotYet(
            f"{why}, so {call.name}() on line {call.line} was refused. Then your "
            f"{ours.role} {ours.ending}{what}.",
            ask,
            call.end,
        )

    return step


def ends_with_status_0(program: Participant, refused: Since) -> Evidence:
    """It was refused, says so, and ends as if it had not been."""
    call = refused(program)
    said = program.output(call.start) if call else ""
    ended = program.wait is None and program.program.status == 0
    if call and said.strip() and ended and not waits_after(program, call):
        yield call.end, {"said": quoted(said)}
