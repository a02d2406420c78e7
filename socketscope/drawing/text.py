"""The text diagram: pure ASCII, for a terminal, a mail or a text/plain output.

Two programs take 80 columns. Time runs downwards, one line for each row of
the layout; a row's note flows down its own margin while the other side goes on.
"""

from __future__ import annotations

import textwrap
from typing import Any

from socketscope.drawing import captions, labels
from socketscope.drawing.layout import CALLS, Flight, Layout, Row, arrange, stack
from socketscope.reading import words
from socketscope.recording import Recording

MARGIN = 22
"""Columns for the labels of one program."""
GAP = 32
"""Columns between the server and the client next to it."""
BESIDE = 3
"""Columns from one lifeline of a program to the next."""

_FILL = {"fin": ".", "rst": "=", "datagram": "~"}


def draw_text(recording: Recording, **options: Any) -> str:
    """The recording as text, without a newline at its end.

    Takes the options of `layout.arrange`.
    """
    return _Sheet(arrange(recording, **options)).draw()


def plain(text: str) -> str:
    """The text in ASCII: what is not is escaped, as in `caf\\xe9`."""
    text = text.replace("…", "...").replace("␣", "_")
    return text.encode("ascii", "backslashreplace").decode()


class _Sheet:
    """A growing sheet of characters."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.lines: list[list[str]] = []
        self.gutter = 2 if any(row.marked for row in layout.rows) else 0
        self.numbers = 5 if layout.level >= CALLS else 0
        self.columns, self.margins, self.width = self._columns()
        self.queues = False  # is any dotted edge drawn?
        self.tops: dict[int, int] = {}  # shown row -> its line

    def draw(self) -> str:
        self._heads()
        tops, end = stack(
            self.layout,
            len(self.lines),
            lambda row: len(self._label(row)),
            lambda row: self._height(row),
        )
        self.tops = {row: int(y) for row, y in tops.items()}
        bottom = int(end)
        for index, y in self.tops.items():
            self._row(self.layout.rows[index], y)
        self._lifelines(bottom)
        self._queues(bottom)
        body = ["".join(line).rstrip() for line in self.lines]
        return "\n".join([*body, "", *self._foot()])

    # --- columns ------------------------------------------------------------

    def _columns(self) -> tuple[list[int], dict[int, tuple[int, int]], int]:
        """Where each lifeline stands, each program's margin, and the width."""
        margin = MARGIN + self.numbers
        x = self.gutter
        columns: list[int] = []
        margins: dict[int, tuple[int, int]] = {}
        for place, program in enumerate(self.layout.order):
            count = sum(line.program == program for line in self.layout.lifelines)
            beside = GAP + 1 if self.layout.talks_to_itself(program) else BESIDE
            right = program == 0 and len(self.layout.order) > 1
            if right:
                x += GAP
            else:
                x += 2 if place else 0
                margins[program] = (x, x + margin)
                x += margin + 1
            columns += [x + beside * n for n in range(count)]
            x = columns[-1] + 1
            if right:
                margins[program] = (x + 1, x + 1 + margin)
                x += 1 + margin
        if len(self.layout.order) == 1:
            x += GAP
        return columns, margins, x

    def _widest_gap(self) -> tuple[int, int]:
        """The columns between the server and the client next to it."""
        first = sum(line.program != 0 for line in self.layout.lifelines)
        if not 0 < first < len(self.columns):
            return self.width, 0
        return self.columns[first - 1] + 1, self.columns[first]

    # --- writing ------------------------------------------------------------

    def _put(self, y: int, x: int, text: str) -> None:
        while len(self.lines) <= y:
            self.lines.append([])
        line = self.lines[y]
        text = plain(text)
        line.extend(" " * (x + len(text) - len(line)))
        line[x : x + len(text)] = text

    def _at(self, y: int, x: int) -> str:
        line = self.lines[y] if y < len(self.lines) else []
        return line[x] if x < len(line) else " "

    def _heads(self) -> None:
        for program in self.layout.order:
            of = [i for i, line in enumerate(self.layout.lifelines)
                  if line.program == program]  # fmt: skip
            middle = (self.columns[of[0]] + self.columns[of[-1]]) // 2
            name = words.program_name(self.layout.recording, program)
            for y, text in enumerate((name, self._address(program))):
                text = plain(words.cut(text, MARGIN))
                self._put(y, max(0, middle - len(text) // 2), text)
        self._put(2, 0, "")

    def _address(self, program: int) -> str:
        return labels.home(self.layout.recording, program)

    # --- one row ------------------------------------------------------------

    def _height(self, row: Row) -> int:
        """Lines that a row takes between the lifelines, states included."""
        arrows = sum(len(self._names(flight)) for flight in row.flights)
        marks = 0
        if self.layout.states and row.marks:
            owners = [mark.program for mark in row.marks]
            marks = max(owners.count(program) for program in owners)
        return max(1, arrows + marks)

    def _row(self, row: Row, y: int) -> None:
        self._labels(row, y)
        below = y
        for flight in row.flights:
            below = self._flight(flight, below)
        if self.layout.states:
            self._marks(row, below)
        if row.marked:
            for line in range(y, y + self._height(row)):
                self._put(line, 0, "*")

    def _label(self, row: Row) -> list[str]:
        name = words.thread_name(
            self.layout.recording, row.moment.program, row.moment.thread
        )
        label = f"{name}: {row.label}" if row.moment.thread else row.label
        note = f"{': ' if row.bad else ' '}{row.note}" if row.note else ""
        lines = textwrap.wrap(plain(label + note), MARGIN)[:5] or [""]
        if row.remark:
            lines += textwrap.wrap(plain(f"<< {row.remark}"), MARGIN)
        return lines

    def _labels(self, row: Row, y: int) -> None:
        program = row.moment.program
        left, right = self.margins[program]
        for offset, text in enumerate(self._label(row)):
            self._put(
                y + offset,
                right - len(text) if self.layout.is_left(program) else left,
                text,
            )
        if self.numbers and row.moment.line:
            number = f"{row.moment.line:>4}"
            x = left if self.layout.is_left(program) else right - len(number)
            self._put(y, x, number)

    def _marks(self, row: Row, y: int) -> None:
        """States beside the lines of those who changed."""
        used: dict[int, int] = {}
        for mark in row.marks:
            line = used.get(mark.program, y)
            of = [i for i, lifeline in enumerate(self.layout.lifelines)
                  if lifeline.program == mark.program]  # fmt: skip
            if self.layout.is_left(mark.program):
                self._put(line, self.columns[of[-1]] + 3, mark.state)
            else:
                self._put(line, self.columns[of[0]] - 2 - len(mark.state), mark.state)
            used[mark.program] = line + 1

    # --- arrows -------------------------------------------------------------

    def _names(self, flight: Flight) -> tuple[str, ...]:
        """What is written on the arrows of a flight: one name for each."""
        if self.layout.segments and flight.kind in labels.SEGMENTS:
            return labels.SEGMENTS[flight.kind]
        room = max(4, GAP - 6 - len(words.amount(flight.size)))
        label = flight.label(room)
        if len(plain(label)) > GAP - 3:  # in ASCII it is longer
            room = max(4, room - len(plain(label)) + GAP - 3)
            label = flight.label(room)
        return (label,)

    def _flight(self, flight: Flight, y: int) -> int:
        """Draw one arrow from line `y` on; the next free line."""
        fill = _FILL.get(flight.kind, "-")
        start = self.columns[flight.source]
        if flight.target is None or flight.target == flight.source:
            end = (
                start + GAP
                if self.layout.is_left(self._program(flight))
                else start - GAP
            )
        else:
            end = self.columns[flight.target]
        names = self._names(flight)
        for number, name in enumerate(names):
            there, back = (start, end) if number % 2 == 0 else (end, start)
            head = "X" if flight.kind == "refused" and len(names) == 1 else ""
            self._arrow(y + number, there, back, fill, plain(name), head)
        return y + len(names)

    def _program(self, flight: Flight) -> int:
        return self.layout.lifelines[flight.source].program

    def _arrow(
        self, y: int, start: int, end: int, fill: str, label: str, head: str
    ) -> None:
        left, right = min(start, end) + 1, max(start, end)
        length = right - left
        shaft = [fill] * length
        shaft[-1 if end > start else 0] = head or (">" if end > start else "<")
        # The label stands in the gap next to the server, if the arrow spans it.
        text = f" {label} "
        near, far = self._widest_gap()
        middle = length // 2
        if left <= far and near < right:
            middle = (max(left, near) + min(right, far)) // 2 - left
        first = 0 if end > start else 1
        last = length - len(text) - (1 if end > start else 0)
        at = max(first, min(last, middle - len(text) // 2))
        shaft[at : at + len(text)] = text[: length - 1]
        for offset, char in enumerate(shaft[:length]):
            self._put(y, left + offset, char)  # lifelines are drawn over it

    # --- lines from top to bottom -------------------------------------------

    def _line_of(self, row: int | None, bottom: int) -> int:
        """The line of a row, or of the next one that is shown."""
        if row is None:
            return bottom
        for shown in self.layout.shown:
            if shown >= row and shown in self.tops:
                return self.tops[shown]
        return bottom

    def _lifelines(self, bottom: int) -> None:
        for life in self.layout.lives:
            x = self.columns[life.lifeline]
            first = self._line_of(life.first, bottom)
            if life.first == 0:
                first = 2
            last = self._line_of(life.last, bottom)
            for y in range(first, last):
                self._put(y, x, "|")
            if life.last is not None:
                self._put(last, x, "X" if life.crashed else "+")
        shown = set(self.layout.shown)
        for bar in self.layout.bars:
            if bar.first not in shown:
                continue
            x = self.columns[bar.lifeline]
            first = self._line_of(bar.first, bottom)
            for y in range(first, max(first + 1, self._line_of(bar.last, bottom))):
                self._put(y, x, "#")

    def _queues(self, bottom: int) -> None:
        """The dotted edge of bytes that wait in a receive queue."""
        for row in self.layout.rows:
            for flight in row.flights:
                if flight.target in (None, flight.source) or not flight.waits:
                    continue
                x = self.columns[flight.target]
                x += -1 if self.columns[flight.source] < x else 1
                first = self._line_of(flight.row, bottom) + 1
                for y in range(first, self._line_of(flight.taken, bottom)):
                    if self._at(y, x) == " ":
                        self._put(y, x, ":")
                        self.queues = True

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
            ("*  this lesson's part", bool(self.gutter)),
        ]
        # Each entry of the legend stays in one piece.
        legend = "    ".join(text.replace(" ", "\0") for text, used in keys if used)
        wrapped = textwrap.wrap(legend, width)
        lines += ["", *(line.replace("\0", " ") for line in wrapped)]
        for said in captions.caption(layout.recording, layout.states, layout.segments):
            lines += textwrap.wrap(plain(said), width)
        return lines
