"""Where things stand on a page that shows a whole recording at once.

A `Page` gives each lifeline a column and each shown row a place downwards, in the
units of its drawing: letters of a text, pixels of a picture.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from socketscope.drawing import labels
from socketscope.drawing.layout import CALLS, Bar, Flight, Layout, Row
from socketscope.reading.ends import Mark
from socketscope.reading.words import track_name


@dataclass(frozen=True)
class Sizes:
    """Widths in the units of a drawing."""

    margin: int
    """For the labels of one program."""
    numbers: int
    """For line numbers beside them."""
    gap: int
    """Between the server and the client next to it."""
    beside: int
    """From one lifeline of a program to the next."""
    line: int
    """Of a lifeline."""
    apart: int
    """Between the lifelines of one client and the labels of the next."""
    stub: int
    """Of an arrow to nobody."""


class Page:
    """A layout on a page; a drawing says how high its rows and labels are."""

    def __init__(
        self,
        layout: Layout,
        sizes: Sequence[Sizes],
        left: int,
        top: int,
        widest: int | None = None,
    ) -> None:
        """Of these sizes, widest first, it takes those that fit, else the last."""
        self.layout = layout
        self.numbers = sizes[0].numbers if layout.level >= CALLS else 0
        for each in sizes:
            self.sizes = each
            self.columns, self.width = self._columns(left)
            if widest is None or self.width <= widest:
                break
        self._own: dict[int, list[int]] = {program: [] for program in layout.order}
        for x, line in zip(self.columns, layout.lifelines, strict=True):
            self._own[line.program].append(x)
        self.tops: dict[int, int] = {}
        """Where each shown row but the last (the verdict) begins."""
        self.bottom = self._stack(top)
        self.shown = tuple(self.tops)

    # --- from left to right -------------------------------------------------

    def _columns(self, x: int) -> tuple[list[int], int]:
        """Where each lifeline stands, and the width of the page."""
        layout, sizes = self.layout, self.sizes
        margin = sizes.margin + self.numbers
        columns: list[int] = []
        lines = Counter(line.program for line in layout.lifelines)
        talkers = layout.talkers_to_themselves()
        for place, program in enumerate(layout.order):
            itself = program in talkers
            beside = sizes.gap + sizes.line if itself else sizes.beside
            left = layout.is_left(program)
            x += (sizes.apart if place else 0) + margin if left else sizes.gap
            columns += [x + beside * n for n in range(lines[program])]
            x = columns[-1] + sizes.line + (0 if left else margin)
        return columns, x if len(layout.order) > 1 else x + sizes.gap

    def own(self, program: int) -> list[int]:
        """The columns of a program."""
        return self._own[program]

    def outer(self, program: int) -> tuple[int, int]:
        """The column next to its labels, and on which side of it they stand:
        -1 for left, 1 for right."""
        own = self.own(program)
        return (own[0], -1) if self.layout.is_left(program) else (own[-1], 1)

    def inner(self, program: int) -> tuple[int, int]:
        """The column nearest to the other programs, and on which side they are."""
        own = self.own(program)
        return (own[-1], 1) if self.layout.is_left(program) else (own[0], -1)

    def arrows(self, flight: Flight) -> Iterator[tuple[int, int, str]]:
        """The arrow of a flight, or the segments behind it, every second one
        an answer: from which column to which, and what is written on it."""
        start, end = self.span(flight)
        for name in self.names(flight):
            yield start, end, name
            start, end = end, start

    def span(self, flight: Flight) -> tuple[int, int]:
        """From which column to which its arrow goes."""
        start = self.columns[flight.source]
        if flight.target is not None and not flight.nowhere:
            return start, self.columns[flight.target]
        left = self.layout.is_left(self.layout.lifelines[flight.source].program)
        return start, start + (self.sizes.stub if left else -self.sizes.stub)

    def names(self, flight: Flight) -> tuple[str, ...]:
        """What is written on its arrows."""
        if self.layout.segments and flight.kind in labels.SEGMENTS:
            return labels.SEGMENTS[flight.kind]
        return (self.written(flight),)

    def is_lost(self, flight: Flight) -> bool:
        """Does its arrow end in a cross?"""
        return flight.kind == "refused" and not self.layout.segments

    def free_part(self, start: int, end: int) -> tuple[int, int]:
        """The part of an arrow on which its label stands: that in the gap next
        to the server, if the arrow spans it, else the widest."""
        low, high = min(start, end), max(start, end)
        stops = [low, *(x for x in self.columns if low < x < high), high]
        gaps = list(pairwise(stops))
        server = self.own(0)[0]
        return max(gaps, key=lambda gap: (gap[1] == server, gap[1] - gap[0]))

    # --- downwards ----------------------------------------------------------

    def label_height(self, row: Row) -> int:
        """How far its label reaches down."""
        raise NotImplementedError

    def row_height(self, row: Row) -> int:
        """How high it is between the lifelines."""
        raise NotImplementedError

    def lift(self, row: Row) -> int:
        """How far below its top its line is."""
        return 0

    def written(self, flight: Flight) -> str:
        """Its label, as much as there is room for."""
        raise NotImplementedError

    def _stack(self, top: int) -> int:
        """Place the rows, and return the bottom.

        A label may be taller than its row: it flows down the margin of its own
        program while the others go on. A row waits until the margins that it
        writes into, points at or runs through are free.
        """
        layout, y = self.layout, top
        free = dict.fromkeys(layout.order, top)
        clients = top  # where the margins of all clients are free
        for index in layout.shown[:-1]:
            row = layout.rows[index]
            program = row.moment.program
            y = max(y, free[program])
            if row.flights or self.marks(row):
                y = max(y, clients)
            for flight in row.flights:
                if flight.target is not None:
                    y = max(y, free[layout.lifelines[flight.target].program])
            self.tops[index] = y
            free[program] = y + self.label_height(row)
            if program != 0:
                clients = max(clients, free[program])
            y += self.row_height(row)
        return max(y, *free.values())

    def y(self, row: int | None) -> int:
        """The line of a row, or of the next one shown; the bottom for None."""
        place = len(self.shown) if row is None else bisect_left(self.shown, row)
        if place == len(self.shown):
            return self.bottom
        shown = self.shown[place]
        return self.tops[shown] + self.lift(self.layout.rows[shown])

    def bars(self) -> Iterator[tuple[Bar, int, int]]:
        """The bars that are shown, each with its first and last line."""
        for bar in self.layout.bars:
            first, last = self.y(bar.first), self.y(bar.last)
            if bar.first in self.tops or (bar.again and first < last):
                yield bar, first, last

    # --- one row ------------------------------------------------------------

    def label(self, row: Row) -> str:
        """Its label, with the thread that it is about."""
        m = row.moment
        name = track_name(self.layout.recording, m.program, m.track)
        return f"{name}: {row.label}" if m.track and not m.hidden else row.label

    def marks(self, row: Row) -> list[tuple[Mark, int]]:
        """Its TCP states if they are shown, numbered for each program."""
        marks = row.moment.marks if self.layout.states else ()
        owners = [mark.program for mark in marks]
        return [(m, owners[:n].count(m.program)) for n, m in enumerate(marks)]

    def marks_height(self, row: Row) -> int:
        """How many of them stand below each other."""
        return max((number + 1 for _, number in self.marks(row)), default=0)
