"""What a check says when it has not passed, and which of several things it says.

A step is a function of a run: None if it was taken, else what was seen in its
place and one question. A mistake is evidence and text: a function that yields
where in the run it saw something, with the words that its sentence needs.
"""

from __future__ import annotations

import inspect
import re
import string
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import product
from typing import Any, Concatenate, ParamSpec

from lessons.course.checking.run import Participant, Run

BARE, GENERAL, USUAL, SPECIFIC = range(4)
"""How much a mistake says: that a program stopped, what any program can do
wrong, what went wrong in a conversation, and which thought led there."""
SHORT = 100
"""Letters of a quotation that is cut."""
LONG = re.compile("“([^”]{120,})”")
UNKNOWN = re.compile(r",? (?:at|on|of|in) line None\b")


@dataclass(frozen=True)
class NotYet:
    """Why a check has not passed: what the program did, and one question."""

    did: str
    ask: str
    event: int | None = None
    """Where in the recording it can be seen."""
    mistake: str | None = None
    """The known mistake that this is, where it is one."""
    says: int = GENERAL
    """How much it says; a step of a check says more than that a program stopped."""


Step = Callable[[Run], NotYet | None]
Evidence = Iterator[tuple[int | None, dict[str, object]]]
"""Events of the recording (None: the end of it), each with the fields of the
sentence. The parameters of the function that yields them are fields as well."""


@dataclass(frozen=True)
class Mistake:
    """A known mistake. It is a step, too: one that was not taken."""

    name: str
    did: str
    ask: str
    look: Callable[..., Evidence]
    """Yields what it saw in what its parameters name: each `server`, each
    `client`, each of the learner's programs (`program`), or the `run`."""
    says: int = USUAL
    here_only: bool = False
    """It is one in the lesson that states it, and not in those after it."""
    as_step: bool = False
    """It is looked for only as a step, when those before it were taken."""

    def __call__(self, run: Run) -> NotYet | None:
        return most_telling([self], run)

    def told(self, run: Run) -> Iterator[NotYet]:
        """What is to be said of each time that it is seen in a run."""
        names = inspect.signature(self.look).parameters
        for found in product(*(_found(run, name) for name in names)):
            known = dict(zip(names, found, strict=True))
            for event, fields in self.look(**known):
                words = known | fields
                yield NotYet(
                    WORDS.vformat(self.did, (), words),
                    WORDS.vformat(self.ask, (), words),
                    event,
                    self.name,
                    self.says,
                )


def mistake(
    says: int = USUAL, here_only: bool = False, as_step: bool = False
) -> Callable[[Callable[..., Evidence]], Mistake]:
    """Make a mistake of a function: of its name, its docstring, and what it yields.

    The docstring is what the learner reads; the question follows "Ask:".
    """

    def made(look: Callable[..., Evidence]) -> Mistake:
        did, ask = " ".join((look.__doc__ or "").split()).split(" Ask: ")
        return Mistake(look.__name__, did, ask, look, says, here_only, as_step)

    return made


Given = ParamSpec("Given")


def step(
    look: Callable[Concatenate[Run, Given], NotYet | None],
) -> Callable[Given, Step]:
    """Make a step of a function that needs to know more than the run.

    Called with the rest of its arguments, it waits for the run.
    """

    def made(*args: Given.args, **kwargs: Given.kwargs) -> Step:
        return lambda run: look(run, *args, **kwargs)

    return made


def most_telling(known: Iterable[Mistake], run: Run) -> NotYet | None:
    """What is told of a run: the earliest evidence, whichever mistake's it is.

    At one event, the mistake that says more. So a program that stopped is told
    as one that stopped only where nothing else is seen at that event.
    """
    found = [
        (run.end if told.event is None else told.event, -each.says, told)
        for each in known
        for told in each.told(run)
    ]
    return min(found, key=lambda each: each[:2])[2] if found else None


def more_telling(known: NotYet | None, step: NotYet) -> NotYet:
    """The mistake that is known, unless the check itself says more of its event."""
    if known is None or (known.event == step.event and known.says < step.says):
        return step
    return known


def in_short(told: NotYet) -> NotYet:
    """Without the lines that are not known, of what nobody wrote in a program, and
    with long quotations cut."""

    def cut(quotation: re.Match[str]) -> str:
        return f"“{quotation[1][:SHORT]} …”"

    return replace(told, did=LONG.sub(cut, UNKNOWN.sub("", told.did)))


def shown(data: bytes) -> str:
    """Bytes as a message quotes them: as text where they are text."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return repr(data)
    return f"“{text}”" if text.isprintable() else repr(data)


def quoted(printed: str) -> str:
    """The first line of what was printed, as a quotation."""
    line = next((line.strip() for line in printed.splitlines() if line.strip()), "")
    if not line:
        return "nothing"
    return f"“{line if line.endswith('..') else line.removesuffix('.')}”"


def _found(run: Run, name: str) -> list[Run] | list[Participant]:
    """What a parameter of this name stands for."""
    if name == "run":
        return [run]
    return run.learners if name == "program" else run.named(f"{name}.py")


class _Words(string.Formatter):
    """Fills a sentence in; `{call.data!q}` quotes bytes as a message does."""

    def convert_field(self, value: Any, conversion: Any) -> Any:
        return (
            shown(value)
            if conversion == "q"
            else super().convert_field(value, conversion)
        )


WORDS = _Words()
