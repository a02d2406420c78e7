"""The vertical lines of a drawing: one for each thread, and who lives where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from heapq import heappop, heappush

from socketscope.drawing.story import Moment
from socketscope.reading.calls import Lane
from socketscope.reading.words import track_name
from socketscope.recording import Recording

MOST = 8
"""Lines of one program; those of its threads that find none share the last."""


@dataclass(frozen=True)
class Lifeline:
    """One vertical line. Threads that never live together share one."""

    program: int
    main: bool
    crowded: bool = False
    """Several threads may live on it at a time."""


@dataclass(frozen=True)
class Life:
    """A stretch of a lifeline on which one track lives."""

    program: int
    track: int
    lifeline: int
    first: int
    last: int | None
    """None if it still lived when the recording ended."""
    name: str
    crashed: bool = False


Spans = dict[Lane, tuple[int, int | None]]
"""First and last row of every thread, in the order of their beginnings."""


def lifelines(
    recording: Recording, moments: Sequence[Moment], order: Sequence[int]
) -> tuple[tuple[Lifeline, ...], dict[Lane, int], tuple[Life, ...]]:
    """The lines from left to right, each thread's place, and who lives when.

    A client's main thread stands next to the server, a server's next to its
    clients, and the other threads outside of it.
    """
    spans = _spans(moments)
    lines: list[Lifeline] = []
    places: dict[Lane, int] = {}
    for program in order:
        shared, crowded = _shared(spans, program)
        for tracks in shared if program == 0 else reversed(shared):
            places |= {(program, track): len(lines) for track in tracks}
            full = crowded and tracks is shared[-1]
            lines.append(Lifeline(program, tracks is shared[0], full))
    crashed = {moment.lane for moment in moments if moment.kind == "crash"}
    lives = []
    for lane, (first, last) in spans.items():
        name = track_name(recording, *lane) if lane[1] else ""
        life = Life(*lane, places[lane], first, last, name, lane in crashed)
        lives.append(life)
    return tuple(lines), places, tuple(lives)


def _shared(spans: Spans, program: int) -> tuple[list[list[int]], bool]:
    """Its tracks, each with those that share its line; the main one is alone. Is
    the last line crowded?"""
    lines, crowded = [[0]], False
    used: list[tuple[int, int]] = []  # heaps: until which row each is in use,
    free: list[int] = []  # and which are free
    for (owner, track), (first, last) in spans.items():
        if owner != program or not track:
            continue
        while used and used[0][0] < first:
            heappush(free, heappop(used)[1])
        line = heappop(free) if free else len(lines)
        if line == MOST:
            crowded, line = True, MOST - 1
        elif line == len(lines):
            lines.append([])
        lines[line].append(track)
        if last is not None and not (crowded and line == MOST - 1):
            heappush(used, (last, line))
    return lines, crowded


def _spans(moments: Sequence[Moment]) -> Spans:
    spans: Spans = {}
    for row, moment in enumerate(moments):
        if moment.kind in ("end", "gone"):
            continue
        first, _ = spans.get(moment.lane, (row, None))
        over = moment.kind in ("exit", "track_end")
        spans[moment.lane] = (first, row if over else None)
        if moment.kind == "exit":
            for other, (began, ended) in spans.items():
                if other[0] == moment.program and ended is None:
                    spans[other] = (began, row)
    return spans
