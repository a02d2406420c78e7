"""The text diagram: pure ASCII, for a terminal, a mail or a text/plain output.

Two programs take 80 columns. Time runs downwards, one line for each row of
the layout; a row's note flows down its own margin while the other side goes on.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from itertools import pairwise
from typing import Any

from socketscope.drawing import captions, labels
from socketscope.drawing.layout import Flight, Layout, Row, arrange
from socketscope.drawing.page import Page, Sizes
from socketscope.reading import words
from socketscope.recording import Recording

TERMINAL = 80
"""Letters of a line of a terminal."""
WIDEST = 120
"""Letters that a line may have, if its programs can stand so close."""
SIZES = tuple(
    Sizes(margin=margin + 1, numbers=5, gap=gap, beside=3, line=1, apart=2, stub=gap)
    for margin, gap in ((22, 32), (20, 30), (18, 28), (16, 27), (14, 26))
)
"""In letters; a space stands between a label and its lifeline."""
TOP = 3
"""Where the rows begin, below the programs' names."""

_FILL = {"fin": ".", "rst": "=", "datagram": "~"}


def draw_text(
    recording: Recording | Layout, height: int | None = None, **options: Any
) -> str:
    """The recording as text, without a newline at its end.

    Takes the options of `layout.arrange`. In a height of some lines stands what is
    around the remark (the end, if there is none), and nothing below.
    """
    return _Sheet(arrange(recording, **options)).draw(height)


def plain(text: str) -> str:
    """The text in ASCII: what is not is escaped, as in `caf\\xe9`."""
    text = text.replace("…", "...").replace("␣", "_")
    return text.encode("ascii", "backslashreplace").decode()


class _Sheet(Page):
    """A growing sheet of characters."""

    def __init__(self, layout: Layout) -> None:
        self.lines: list[list[str]] = []
        self.marked = any(row.marked for row in layout.rows)
        self.queues = False  # is any dotted edge drawn?
        self.down: dict[tuple[int, str], int] = {}
        """Down to where each sign is written in each column."""
        left = 2 if self.marked else 0
        super().__init__(layout, SIZES, left=left, top=TOP, widest=WIDEST)

    def draw(self, height: int | None = None) -> str:
        for index, y in self.tops.items():
            self._row(self.layout.rows[index], y)
        self._lifelines()
        self._queues()
        if height is not None:
            return "\n".join(self._around(height))
        self._heads(self.layout.order)
        body = ["".join(line).rstrip() for line in self.lines]
        return "\n".join([*body, "", *self._foot()])

    def _around(self, height: int) -> list[str]:
        """The programs' names, and the lines around the remark.

        Where all programs do not fit the width of a terminal, those are left out
        that did nothing for longest.
        """
        rows, order, apart = self.layout.rows, self.layout.order, self.sizes.apart
        remarked = [index for index, row in enumerate(rows) if row.remark]
        at = remarked[0] if remarked else len(rows) - 1

        def distance(program: int) -> int:
            acts = [i for i, row in enumerate(rows) if row.moment.program == program]
            return min((abs(index - at) for index in acts), default=len(rows))

        edges = [0, *(self.own(program)[-1] + 1 for program in order[:-1]), self.width]
        parts = dict(zip(order, pairwise(edges), strict=True))
        for program in sorted(order[:-1], key=distance, reverse=True):
            if sum(b - a for a, b in parts.values()) - apart > TERMINAL:
                del parts[program]
        self._heads(parts)
        room = height - TOP
        below = self.label_height(rows[at]) if remarked else 1
        first = max(TOP, min(self.y(at) + below, len(self.lines)) - room)
        lines = [*self.lines[: TOP - 1], *self.lines[first : first + room]]
        shown = ["".join("".join(y[a:b]) for a, b in parts.values()) for y in lines]
        return textwrap.dedent("\n".join(map(str.rstrip, shown))).splitlines()

    # --- heights ------------------------------------------------------------

    def _label(self, row: Row) -> list[str]:
        note = f"{': ' if row.bad else ' '}{row.note}" if row.note else ""
        margin = self.sizes.margin - 1
        lines = textwrap.wrap(plain(self.label(row) + note), margin)[:5] or [""]
        if row.remark:
            lines += textwrap.wrap(plain(f"<< {row.remark}"), margin)
        return lines

    def label_height(self, row: Row) -> int:
        return len(self._label(row))

    def row_height(self, row: Row) -> int:
        arrows = sum(len(self.names(flight)) for flight in row.flights)
        return max(1, arrows + self.marks_height(row))

    # --- writing ------------------------------------------------------------

    def _put(self, y: int, x: int, text: str) -> None:
        while len(self.lines) <= y:
            self.lines.append([])
        line = self.lines[y]
        text = plain(text)
        line.extend(" " * (x + len(text) - len(line)))
        line[x : x + len(text)] = text

    def _put_beside(self, y: int, x: int, side: int, text: str) -> None:
        """Text that begins right (1) of a column, or ends left (-1) of it."""
        self._put(y, x + 1 if side > 0 else x - len(text), text)

    def _heads(self, programs: Iterable[int]) -> None:
        for program in programs:
            own = self.own(program)
            middle = (own[0] + own[-1]) // 2
            recording = self.layout.recording
            name = words.program_names(recording)[program]
            room = min(SIZES[0].margin - 1, self.sizes.margin + 2)
            home = words.cut(labels.home(recording, program), room)
            for y, text in enumerate((words.cut_name(name, room), home)):
                text = plain(text)
                self._put(y, max(0, middle - len(text) // 2), text)
        self._put(TOP - 1, 0, "")

    # --- one row ------------------------------------------------------------

    def _row(self, row: Row, y: int) -> None:
        x, side = self.outer(row.moment.program)
        for offset, text in enumerate(self._label(row)):
            self._put_beside(y + offset, x + side, side, text)
        if self.numbers and row.moment.line:
            edge = x + side * (1 + self.sizes.margin + self.numbers)
            self._put_beside(y, edge, -side, f"{row.moment.line:>4}")
        if row.moment.hidden:
            for x in range(*self.free_part(self.columns[0], self.columns[-1]), 2):
                self._put(y, x, "-")
        below = y
        for flight in row.flights:
            for start, end, name in self.arrows(flight):
                self._arrow(below, start, end, flight, plain(name))
                below += 1
        for mark, number in self.marks(row):
            x, side = self.inner(mark.program)
            self._put_beside(below + number, x + 2 * side, side, mark.state)
        if row.marked:
            for line in range(y, y + self.row_height(row)):
                self._put(line, 0, "*")

    def written(self, flight: Flight) -> str:
        low, high = self.free_part(*self.span(flight))
        # An arrow to nobody is shorter.
        gap = min(self.sizes.gap, high - low - 1) - flight.nowhere
        room = max(4, gap - 6 - len(words.amount(flight.arrow.size)))
        label = flight.label(room)
        if len(plain(label)) > gap - 3:  # in ASCII it is longer
            room = max(4, room - len(plain(label)) + gap - 3)
            label = flight.label(room)
        return label

    def _arrow(self, y: int, start: int, end: int, flight: Flight, label: str) -> None:
        left, right = min(start, end) + 1, max(start, end)
        there = end > start
        shaft = [_FILL.get(flight.kind, "-")] * (right - left)
        head = ">" if there else "<"
        shaft[-1 if there else 0] = "X" if self.is_lost(flight) else head
        text = f" {label} "
        low, high = self.free_part(start, end)
        middle = (low + 1 + high) // 2 - left
        last = len(shaft) - len(text) - there
        at = max(not there, min(last, middle - len(text) // 2))
        room = len(shaft)
        shaft[at : at + len(text)] = text[: room - 1]
        self._put(y, left, "".join(shaft[:room]))  # lifelines are drawn over it

    # --- lines from top to bottom -------------------------------------------

    def _down(self, x: int, first: int, last: int, sign: str) -> bool:
        """Write a sign down a column, and nothing twice; dots only where nothing
        stands. Was any written?"""
        begin = max(first, self.down.get((x, sign), first))
        self.down[x, sign] = max(begin, last)
        written = False
        for y in range(begin, last):
            line = self.lines[y] if y < len(self.lines) else []
            if sign != ":" or x >= len(line) or line[x] == " ":
                self._put(y, x, sign)
                written = True
        return written

    def _lifelines(self) -> None:
        for life in self.layout.lives:
            x, last = self.columns[life.lifeline], self.y(life.last)
            first = self.y(life.first) if life.first else TOP - 1
            self._down(x, first, last, "|")
            if life.last is not None:
                self._put(last, x, "X" if life.crashed else "+")
        for bar, first, last in self.bars():
            self._down(self.columns[bar.lifeline], first, max(first + 1, last), "#")

    def _queues(self) -> None:
        """The dotted edge of bytes that wait in a receive queue."""
        rows = self.layout.rows
        for flight in (each for row in rows for each in (*row.flights, *row.kept)):
            if flight.target is None or flight.nowhere or not flight.waits:
                continue
            x = self.columns[flight.target]
            x += -1 if self.columns[flight.source] < x else 1
            first, last = self.y(flight.row) + 1, self.y(flight.taken)
            self.queues |= self._down(x, first, last, ":")

    # --- below --------------------------------------------------------------

    def _foot(self) -> list[str]:
        layout = self.layout
        width = max(60, min(self.width, 100))
        lines = textwrap.wrap(plain(layout.rows[-1].sentence), width)
        if layout.rows[-1].remark:
            lines += textwrap.wrap(plain(f"<< {layout.rows[-1].remark}"), width)
        drawn = "\n".join("".join(line) for line in self.lines)
        kinds = {flight.kind for row in layout.rows for flight in row.flights}
        keys = [
            ("#  waits", "#" in drawn),
            (":  bytes wait in the receive queue", self.queues),
            ("....>  no more bytes will come", "fin" in kinds),
            ("====>  reset", "rst" in kinds),
            ("*  this lesson's part", self.marked),
        ]
        # Each entry of the legend stays in one piece.
        legend = "    ".join(text.replace(" ", "\0") for text, used in keys if used)
        wrapped = textwrap.wrap(legend, width)
        lines += ["", *(line.replace("\0", " ") for line in wrapped)]
        for said in captions.caption(
            layout.recording, layout.states, layout.segments, layout.crowded
        ):
            lines += textwrap.wrap(plain(said), width)
        return lines
