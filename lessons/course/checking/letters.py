"""Where a terminal differs from the one in the lesson, letter by letter."""

from __future__ import annotations

from dataclasses import dataclass

from lessons.course.checking.run import Participant


@dataclass(frozen=True)
class Difference:
    """The first line of a terminal that is not as the lesson has it."""

    participant: Participant
    index: int
    shows: list[str]
    expected: list[str]

    @property
    def number(self) -> int:
        return self.index + 1

    @property
    def shown(self) -> str | None:
        """The line as the terminal has it; None behind its last."""
        return self.shows[self.index] if self.index < len(self.shows) else None

    @property
    def wanted(self) -> str | None:
        """The line as the lesson has it; None behind its last."""
        more = self.index < len(self.expected)
        return self.expected[self.index] if more else None

    @property
    def is_one_too_many(self) -> bool:
        """The lesson has nothing there, or goes on with the line after it."""
        after = self.shows[self.index + 1 : self.index + 2]
        return self.shown is not None and self.wanted in (None, *after)

    @property
    def leaves_one_out(self) -> bool:
        """The line shown is the one that comes after the one that is due."""
        return self.shown is not None and (
            [self.shown] == self.expected[self.index + 1 : self.index + 2]
        )

    @property
    def event(self) -> int | None:
        """Index of the event in which the program printed that line."""
        for at, event in self.participant.events:
            text = (event.text or "").strip()
            if event.kind == "output" and text and text in (self.shown or ""):
                return at
        return None

    @property
    def parting(self) -> str:
        """In words: the first character in which the two lines differ."""
        ours, theirs = self.shown or "", self.wanted or ""
        pairs = zip(ours, theirs, strict=False)
        at = next((i for i, (a, b) in enumerate(pairs) if a != b), None)
        if at is None:
            at = min(len(ours), len(theirs))
        both = (
            f"yours has {_character(ours, at)} there, the lesson's "
            f"{_character(theirs, at)}"
        )
        if at == 0:
            return f"They differ from the start: {both}."
        same = theirs[max(0, at - 12) : at]
        return f"They part after “{'…' if at > 12 else ''}{same}”: {both}."


def difference(participant: Participant, expected: str) -> Difference | None:
    """Compare a terminal with the text that the lesson shows."""
    wanted = expected.splitlines()
    shows = [line.rstrip() for line in participant.terminal.rstrip().splitlines()]
    if shows == wanted:
        return None
    pairs = zip(shows, wanted, strict=False)
    at = next((i for i, (a, b) in enumerate(pairs) if a != b), None)
    if at is None:
        at = min(len(shows), len(wanted))
    return Difference(participant, at, shows, wanted)


def _character(line: str, at: int) -> str:
    if at >= len(line):
        return "the end of the line"
    return "a space" if line[at] == " " else f"“{line[at]}”"
