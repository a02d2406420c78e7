"""What a message claims of a run, held against the recording itself.

A sentence is read for what it says outright: a call on a line, what was caught,
closed, printed, received, refused. Each such claim must be true of the run, no
matter which mistake the program was written to show.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator

from lessons.course.checking.run import LEARNERS, Participant, Run
from socketscope.reading.calls import CONNECTS, RECEIVES, SENDS, Call
from socketscope.recording import Event

NUMBER = r"line (?P<line>\d+)"
SAYS = r"\b(?P<call>[a-z_]+)\(\)"
Claim = Callable[[Run, re.Match[str]], bool]


def false_claims(told: str, run: Run) -> Iterator[str]:
    """What is said and is not so."""
    if re.search(r"\bline None\b|  ", told):
        yield f"a field is empty: {told}"
    for pattern, holds in CLAIMS.items():
        for match in re.finditer(pattern, told):
            if not holds(run, match):
                yield f"“{match[0]}” is not so: {told}"


# -- what can be claimed ------------------------------------------------------------


def line_is_there(run: Run, said: re.Match[str]) -> bool:
    return any(number(said) <= len(lines(each)) for each in learners(run))


def reads_so(run: Run, said: re.Match[str]) -> bool:
    code = said["code"].removesuffix(" …")
    at = number(said) - 1
    return any(code in "".join(lines(each)[at : at + 1]) for each in learners(run))


def keeps_a_result(run: Run, said: re.Match[str]) -> bool:
    return not re.fullmatch(r"\w+\([^()]*\)", said["code"])


def is_called_there(run: Run, said: re.Match[str]) -> bool:
    name = said["call"]
    methods = rf"\b{name}\("
    return any(
        call.line == number(said) and call.name in (name, f"{name}_into")
        for call in calls(run)
    ) or any(
        line == number(said) and re.search(methods, lines(each)[line - 1])
        for each in learners(run)
        for line in range(1, len(lines(each)) + 1)
    )


def is_never_called(run: Run, said: re.Match[str]) -> bool:
    whose = said.string[: said.start()].rpartition("our ")[2][:6] + ".py"
    return not any(
        call.name == said["call"] and participant(run, call).name == whose
        for call in calls(run)
    )


def is_called_often(run: Run, said: re.Match[str]) -> bool:
    times: dict[tuple[int, int | None], int] = {}
    for call in calls(run):
        place = (call.program, call.line)
        times[place] = times.get(place, 0) + 1
    return any(count >= 2 for count in times.values())


def sends_there(run: Run, said: re.Match[str]) -> bool:
    return any(c.role == SENDS and c.line == number(said) for c in calls(run))


def receives_there(run: Run, said: re.Match[str]) -> bool:
    return any(c.role == RECEIVES and c.line == number(said) for c in calls(run))


def met_the_end_there(run: Run, said: re.Match[str]) -> bool:
    return any(
        c.role == RECEIVES and c.line == number(said) and c.worked and not c.data
        for c in calls(run)
    )


def closes_there(run: Run, said: re.Match[str]) -> bool:
    names = ("close", "detach", "shutdown")
    return any(c.name in names and c.line == number(said) for c in calls(run))


def closes_before_it_crashed(run: Run, said: re.Match[str]) -> bool:
    """It hung up by itself, and not as it died."""
    closes = [c for c in calls(run) if c.name in ("close", "detach", "shutdown")]
    return any(
        crash is None or call.start < crash.event
        for call in closes
        for crash in [participant(run, call).crash]
        if call.line == number(said)
    )


def crashed(run: Run, said: re.Match[str]) -> bool:
    output = "".join(each.output() for each in learners(run))
    return "Traceback" in output or any(each.crash for each in learners(run))


def crashed_there(run: Run, said: re.Match[str]) -> bool:
    found = [each.crash for each in learners(run) if each.crash]
    return any(crash.line == number(said) for crash in found)


def raised_there(run: Run, said: re.Match[str]) -> bool:
    name = said["error"]
    return crashed_there(run, said) or any(
        call.error is not None and call.error.name == name for call in calls(run)
    )


def ended(run: Run, said: re.Match[str]) -> bool:
    return any(each.wait is None and not each.crash for each in learners(run))


def waits_there(run: Run, said: re.Match[str]) -> bool:
    """It called something there that did not return at once."""
    return any(
        call.line == number(said) and (call.blocked or call.role == "keyboard")
        for call in calls(run)
    )


def was_refused(run: Run, said: re.Match[str]) -> bool:
    asked = [c for c in run.calls if c.role == CONNECTS or c.name == "bind"]
    return any(call.error or call.refused for call in asked)


def is_in_the_state(run: Run, said: re.Match[str]) -> bool:
    states = [end.state for event in run.recording.events for end in event.tcp or ()]
    return said["state"] in states


def catches(run: Run, said: re.Match[str]) -> bool:
    return any(
        isinstance(node, ast.ExceptHandler)
        for each in learners(run)
        for node in ast.walk(ast.parse(each.program.source))
    )


def was_there(run: Run, said: re.Match[str]) -> bool:
    """Somebody said, sent, typed, printed or wrote it."""
    if said.string[: said.start()].endswith(EXPECTED):
        return True
    words = said["words"].removesuffix(" …").removeprefix("…").removesuffix(".")
    seen = "\n".join(
        [
            *(each.source for each in run.recording.programs),
            *(text for event in run.recording.events for text in texts(event)),
            *(text for each in run.participants for text in whole(each)),
            repr([call.text for call in run.calls]),
        ]
    )
    return words in seen or ast.literal_eval(f'"""{words} """').strip() in seen


EXPECTED = ("The lesson shows ", "Where ", "the line ", "does not show ")
EXPECTED += tuple(f"leaves out line {number}, " for number in range(10))
"""Before a quotation of what should be there."""

CLAIMS: dict[str, Claim] = {
    NUMBER: line_is_there,
    r"[Ll]ine (?P<line>\d+)[^`“.]{0,20}, `(?P<code>[^`]+)`": reads_so,
    rf"{SAYS} (?:again )?on {NUMBER}": is_called_there,
    rf"calls {SAYS}[^.]{{0,40}}? on {NUMBER}": is_called_there,
    rf"(?:and|It) never (?:calls|called) {SAYS}": is_never_called,
    r"again and again": is_called_often,
    rf"(?:sends|handed)[^.“]{{0,40}}on {NUMBER}": sends_there,
    rf"On {NUMBER} your \w+ sends": sends_there,
    rf"(?:took|received) (?:“[^”]*”|b'[^']*') on {NUMBER}": receives_there,
    rf'said b"", end of file|said b""[^.]{{0,20}} on {NUMBER}': lambda *_: True,
    rf'recv\(\) on {NUMBER} said b""': met_the_end_there,
    rf"close\(\) on {NUMBER}|closed (?:the connection )?(?:at|on) {NUMBER[:5]}": (
        lambda *_: True
    ),
    r"closed (?:the connection )?(?:at|on) line (?P<line>\d+)": closes_there,
    r"hung up: the connection was closed at line (?P<line>\d+)": (
        closes_before_it_crashed
    ),
    rf"stopped on {NUMBER}": crashed_there,
    r"traceback|[Nn]othing caught|Nobody caught": crashed,
    r"raised (?:an? )?(?P<error>\w+Error|\w+Interrupt)": lambda *_: True,
    r"ran to its end|ended at once": ended,
    rf"waits (?:for [^.]{{0,30}})?(?:in \w+\(\) )?on {NUMBER}": waits_there,
    r"(?<!server )(?<!client )was refused|was turned down": was_refused,
    r"in (?P<state>CLOSE_WAIT|FIN_WAIT_2|TIME_WAIT)": is_in_the_state,
    r"Your `except|Your server caught|Your client caught": catches,
    r"[Ll]ine (?P<line>\d+) of \S+, `(?P<code>[^`]+)`, waits for": keeps_a_result,
    r"“(?P<words>[^”]+)”": was_there,
}


# -- what a recording has ------------------------------------------------------------


def learners(run: Run) -> list[Participant]:
    return [each for each in run.participants if each.name in LEARNERS]


def participant(run: Run, call: Call) -> Participant:
    return run.participants[call.program]


def calls(run: Run) -> list[Call]:
    """Those of the learner's programs."""
    return [call for call in run.calls if participant(run, call).name in LEARNERS]


def lines(program: Participant) -> list[str]:
    return program.program.source.splitlines()


def number(said: re.Match[str]) -> int:
    return int(said["line"])


def texts(event: Event) -> Iterator[str]:
    if event.text:
        yield event.text
    if event.data:
        yield event.data.decode(errors="replace")


def whole(program: Participant) -> Iterator[str]:
    """What it printed, received and sent, not cut into calls."""
    yield program.printed
    yield program.terminal
    for talk in program.accepted + program.connected:
        yield talk.received.decode(errors="replace")
        yield talk.sent.decode(errors="replace")
