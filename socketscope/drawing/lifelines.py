"""The vertical lines of a drawing: one for each thread, and who lives where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from socketscope.drawing.story import Moment
from socketscope.reading.words import thread_name
from socketscope.recording import Recording


@dataclass(frozen=True)
class Lifeline:
    """One vertical line. Threads that never live together share one."""

    program: int
    main: bool


@dataclass(frozen=True)
class Life:
    """A stretch of a lifeline on which one thread lives."""

    program: int
    thread: int
    lifeline: int
    first: int
    last: int | None
    """None if it still lived when the recording ended."""
    name: str
    crashed: bool = False


def lifelines(
    recording: Recording, moments: Sequence[Moment], order: Sequence[int]
) -> tuple[tuple[Lifeline, ...], dict[tuple[int, int], int], tuple[Life, ...]]:
    """The lines from left to right, each thread's place, and who lives when.

    A client's main thread stands next to the server, a server's next to its
    clients, and the other threads outside of it.
    """
    spans = _spans(moments)
    tracks: dict[tuple[int, int], int] = {}
    counts = {}
    for program in order:
        free: list[int | None] = []  # the last row in use of each line
        for (p, thread), (first, last) in spans.items():
            if p != program:
                continue
            for track, until in enumerate(free):
                if track and thread and until is not None and until < first:
                    free[track] = last
                    break
            else:
                track = len(free)
                free.append(last)
            tracks[p, thread] = track
        counts[program] = max(1, len(free))
    lines: list[Lifeline] = []
    places = {}
    for program in order:
        start = len(lines)
        count = counts[program]
        for place in range(count):
            track = place if program == 0 else count - 1 - place
            lines.append(Lifeline(program, track == 0))
        for (p, thread), track in tracks.items():
            if p == program:
                place = track if program == 0 else count - 1 - track
                places[p, thread] = start + place
        places.setdefault((program, 0), start if program == 0 else len(lines) - 1)
    crashed = {(m.program, m.thread) for m in moments if m.kind == "crash"}
    lives = tuple(
        Life(
            p,
            thread,
            places[p, thread],
            first,
            last,
            thread_name(recording, p, thread) if thread else "",
            (p, thread) in crashed,
        )
        for (p, thread), (first, last) in spans.items()
    )
    return tuple(lines), places, lives


def _spans(
    moments: Sequence[Moment],
) -> dict[tuple[int, int], tuple[int, int | None]]:
    """First and last row of every thread, in the order of their beginnings."""
    spans: dict[tuple[int, int], tuple[int, int | None]] = {}
    for row, moment in enumerate(moments):
        if moment.kind in ("end", "gone"):
            continue
        here = (moment.program, moment.thread)
        first, _ = spans.get(here, (row, None))
        over = moment.kind in ("exit", "thread_end")
        spans[here] = (first, row if over else None)
        if moment.kind == "exit":
            for other, (began, ended) in spans.items():
                if other[0] == moment.program and ended is None:
                    spans[other] = (began, row)
    return spans
