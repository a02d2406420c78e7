"""The SVG: one picture without scripts, for pages, notebooks and print.

It brings its own ground and follows the reader's light or dark scheme where a
viewer passes that on, so that it reads on any page, also inside an `<img>`.
"""

from __future__ import annotations

import html
import textwrap
from typing import Any

from socketscope.drawing import captions, labels
from socketscope.drawing.layout import CALLS, Flight, Layout, Row, arrange, stack
from socketscope.drawing.palette import DARK, LIGHT, MONO, SANS, properties
from socketscope.reading import words
from socketscope.recording import Recording

MARGIN = 222
"""Pixels for the labels of one program."""
GAP = 336
"""Pixels between the server and the client next to it."""
BESIDE = 26
"""Pixels from one lifeline of a program to the next."""
TOP = 86
"""Where the rows begin, below the programs' names."""
PITCH = 26
"""Height of a row without an arrow."""
CELL = 11
"""Width of one letter of a receive queue."""

_STYLE = (
    f".sk{{{properties(LIGHT)};font:12px {SANS}}}"
    f"@media(prefers-color-scheme:dark){{.sk{{{properties(DARK)}}}}}"
    ".sk text{fill:var(--ink)}"
    f".sk .k{{font:12.5px {MONO}}}"
    ".sk .n,.sk .c{fill:var(--quiet);font-size:11.5px}"
    ".sk .b{fill:var(--alarm)}"
    ".sk .a{font-weight:600;text-anchor:middle}"
    ".sk .a{paint-order:stroke;stroke:var(--paper);stroke-width:4px;"
    "stroke-linejoin:round}"
    ".sk .t{font:700 10.5px " + SANS + ";letter-spacing:.03em}"
    ".sk path,.sk circle,.sk rect{stroke-width:2;fill:none}"
    ".sk .l{stroke:var(--rule)}"
    ".sk .sc{stroke:var(--client)}.sk .ss{stroke:var(--server)}"
    ".sk .fc{fill:var(--client)}.sk .fs{fill:var(--server)}"
    ".sk .f{stroke-dasharray:7 4}.sk .q{stroke-width:3;stroke-dasharray:2 3}"
    ".sk .x{stroke:var(--alarm)}.sk .fx{fill:var(--alarm)}"
    ".sk .m{stroke:var(--mark-edge);stroke-width:4}"
    ".sk .e{stroke-width:3}.sk .v{font-size:13px;font-weight:600}"
    f".sk .z{{font:10.5px {MONO};text-anchor:middle}}"
    ".sk .w{stroke-width:1;fill:var(--paper)}"
)
"""`sc` and `ss` are strokes of a client and of the server, `fc` and `fs` fills."""


def draw_svg(recording: Recording, **options: Any) -> str:
    """The recording as an SVG document; takes the options of `layout.arrange`."""
    return _Picture(arrange(recording, **options)).draw()


def escaped(text: str) -> str:
    """The text as XML can hold it: control characters shown, `<&>"` escaped."""
    return html.escape(words.clean(text))


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


class _Picture:
    """A growing list of SVG elements."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.parts: list[str] = []
        self.numbers = 34 if layout.level >= CALLS else 0
        self.columns, self.margins, self.width = self._columns()
        self.tops, self.bottom = stack(
            layout, TOP, self._label_height, self._row_height
        )

    def draw(self) -> str:
        self._marked_part()
        self._lifelines()
        self._heads()
        self._bars()
        for index in self.tops:
            self._row(index)
        height = self._foot()
        width = _number(self.width)
        layout = self.layout
        said = " ".join(layout.rows[row].talk for row in layout.stops(0))
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" class="sk" width="{width}" '
            f'height="{height}" viewBox="0 0 {width} {height}" role="img">'
            f"<title>{escaped(layout.title)}</title><desc>{escaped(said)}</desc>"
            f"<style>{_STYLE}</style>{_stripes()}"
            f'<rect width="{width}" height="{height}" rx="12" '
            'style="fill:var(--paper);stroke:none"/>' + "".join(self.parts) + "</svg>\n"
        )

    def add(self, part: str) -> None:
        self.parts.append(part)

    def text(
        self, x: float, y: float, text: str, kind: str, anchor: str = "start"
    ) -> None:
        at = "" if anchor == "start" else f' text-anchor="{anchor}"'
        self.add(
            f'<text x="{_number(x)}" y="{_number(y)}" class="{kind}"{at}>'
            f"{escaped(text)}</text>"
        )

    def path(self, path: str, kind: str) -> None:
        self.add(f'<path class="{kind}" d="{path}"/>')

    # --- columns ------------------------------------------------------------

    def _columns(self) -> tuple[list[float], dict[int, tuple[float, str]], float]:
        """Each lifeline's x, each program's labels (x, anchor), the width."""
        margin = MARGIN + self.numbers
        x = 0.0
        columns: list[float] = []
        margins = {}
        for program in self.layout.order:
            count = sum(line.program == program for line in self.layout.lifelines)
            beside = GAP if self.layout.talks_to_itself(program) else BESIDE
            if self.layout.is_left(program):
                x += margin
                margins[program] = (x - 18, "end")
            else:
                x += GAP
            columns += [x + beside * n for n in range(count)]
            x = columns[-1]
            if not self.layout.is_left(program):
                margins[program] = (x + 18, "start")
                x += margin
        if len(self.layout.order) == 1:
            x += GAP
        return columns, margins, x

    def _colour(self, lifeline: int) -> str:
        return "c" if self.layout.lifelines[lifeline].program else "s"

    # --- heights ------------------------------------------------------------

    def _label(self, row: Row) -> list[tuple[str, str]]:
        """The lines beside a row, each with its class."""
        thread = row.moment.thread
        label = row.label
        if thread:
            name = words.thread_name(self.layout.recording, row.moment.program, thread)
            label = f"{name}: {label}"
        bad = " b" if row.bad else ""
        lines = [(part, "k" + bad) for part in textwrap.wrap(label, 27)[:3]]
        lines += [(part, "n" + bad) for part in textwrap.wrap(row.note, 34)[:3]]
        lines += [(part, "n b") for part in textwrap.wrap(row.remark, 34)]
        return lines or [("", "k")]

    def _label_height(self, row: Row) -> float:
        lift = 14 if row.flights else 0
        return lift + PITCH + 14 * (len(self._label(row)) - 1)

    def _row_height(self, row: Row) -> float:
        height = float(PITCH)
        if row.flights:
            height += 14 + 26 * (sum(len(self._names(f)) for f in row.flights) - 1)
            if self._cells(row):
                height += 8
        if self.layout.states and row.marks:
            owners = [mark.program for mark in row.marks]
            rows = max(owners.count(program) for program in owners)
            height += 14 * (rows - (0 if row.flights else 1))
        return height

    def _middle(self, row: int | None) -> float:
        """The y of a row's line, or of the next one shown; the bottom for None."""
        if row is not None:
            for shown in self.layout.shown:
                if shown >= row and shown in self.tops:
                    lift = 14 if self.layout.rows[shown].flights else 0
                    return self.tops[shown] + 13 + lift
        return self.bottom

    # --- rows ---------------------------------------------------------------

    def _row(self, index: int) -> None:
        row = self.layout.rows[index]
        y = self._middle(index)
        x, anchor = self.margins[row.moment.program]
        for number, (text, kind) in enumerate(self._label(row)):
            self.text(x, y + 4 + 14 * number, text, kind, anchor)
        if self.numbers and row.moment.line:
            left = anchor == "end"
            side = x - MARGIN - 2 if left else x + MARGIN + 2
            self.text(
                side, y + 4, str(row.moment.line), "n", "start" if left else "end"
            )
        self._dot(row, y)
        below = y
        for flight in row.flights:
            below = self._flight(flight, below)
        if self.layout.states:
            self._states(row, below if row.flights else y + 12)

    def _dot(self, row: Row, y: float) -> None:
        x = self.columns[row.lifeline]
        colour = self._colour(row.lifeline)
        if row.moment.kind in ("exit", "thread_end"):
            self.path(f"M{_number(x - 9)} {_number(y)}h18", f"s{colour} e")
        elif row.bad:
            self.path(f"M{_number(x - 5)} {_number(y - 5)}l10 10m0 -10l-10 10", "x")
        else:
            self.add(
                f'<circle cx="{_number(x)}" cy="{_number(y)}" r="4" class="f{colour}"/>'
            )

    def _names(self, flight: Flight) -> tuple[str, ...]:
        if self.layout.segments and flight.kind in labels.SEGMENTS:
            return labels.SEGMENTS[flight.kind]
        return (flight.label(28),)

    def _flight(self, flight: Flight, y: float) -> float:
        """Draw an arrow, or the segments behind it; the y below them."""
        start = self.columns[flight.source]
        left = self.layout.is_left(self.layout.lifelines[flight.source].program)
        if flight.target is None or flight.target == flight.source:
            end = start + (GAP - 24 if left else 24 - GAP)
        else:
            end = self.columns[flight.target]
        names = self._names(flight)
        for number, name in enumerate(names):
            there, back = (start, end) if number % 2 == 0 else (end, start)
            lost = flight.kind == "refused" and len(names) == 1
            line = y + 26 * number
            answer = number % 2 == 1 and flight.target is not None
            colour = self._colour(flight.target or 0) if answer else ""
            self._arrow(there, back, line, flight, name, lost, colour)
        if flight.target is not None and flight.waits:
            self._queue(flight, y)
        return y + 26 * len(names)

    def _arrow(
        self,
        start: float,
        end: float,
        y: float,
        flight: Flight,
        name: str,
        lost: bool,
        colour: str,
    ) -> None:
        d = 1 if end > start else -1
        x1, x2 = start + 9 * d, end - 10 * d
        kind = colour or self._colour(flight.source)
        alarm = flight.kind in ("rst", "refused")
        stroke, fill = ("x", "x fx") if alarm else (f"s{kind}", f"s{kind} f{kind}")
        dashed = " f" if flight.kind in ("fin", "rst", "refused", "datagram") else ""
        self.path(f"M{_number(x1)} {_number(y)}H{_number(x2 - 2 * d)}", stroke + dashed)
        if lost:
            self.path(f"M{_number(x2 - 6)} {_number(y - 6)}l12 12m0 -12l-12 12", "x")
        else:
            self.path(
                f"M{_number(x2 - 8 * d)} {_number(y - 5)}l{8 * d} 5l{-8 * d} 5z", fill
            )
        # The label stands in the gap next to the server, if the arrow spans it.
        low, high = sorted((start, end))
        first = sum(line.program != 0 for line in self.layout.lifelines)
        if 0 < first < len(self.columns) and high >= self.columns[first]:
            low, high = max(low, self.columns[first - 1]), self.columns[first]
        middle = (low + high) / 2
        self.text(middle, y - 7, name, "a")

    def _cells(self, row: Row) -> bool:
        return any(flight.waits for flight in row.flights)

    def _queue(self, flight: Flight, y: float) -> None:
        """Letter cells below the arrow's head, and the dotted edge of a queue."""
        assert flight.target is not None
        x = self.columns[flight.target]
        d = -1 if self.columns[flight.source] < x else 1
        kind = "s" + self._colour(flight.source)
        bottom = self._middle(flight.taken)
        if bottom - y > 16:
            self.path(
                f"M{_number(x + 11 * d)} {_number(y + 7)}V{_number(bottom)}",
                kind + " q",
            )
        letters = words.cells(flight.data[:16])
        more = flight.size - len(letters)
        left = x + 16 * d - (CELL * len(letters) if d < 0 else 0)
        top = y + 6
        wide = CELL * len(letters)
        inner = (f"m{CELL} 0v14m0 -14" for _ in letters[1:])
        grid = f"M{_number(left)} {_number(top)}v14h{wide}v-14h-{wide}{''.join(inner)}"
        self.path(grid, kind + " w")
        places = " ".join(_number(left + CELL * (n + 0.5)) for n in range(len(letters)))
        if all(len(letter) == 1 for letter in letters):
            self.add(
                f'<text class="z" x="{places}" y="{_number(top + 11)}">'
                f"{escaped(''.join(letters))}</text>"
            )
        else:
            for n, letter in enumerate(letters):
                self.add(
                    f'<text class="z" style="font-size:8px" y="{_number(top + 10)}" '
                    f'x="{_number(left + CELL * (n + 0.5))}">{escaped(letter)}</text>'
                )
        if more > 0:
            side = left - 5 if d < 0 else left + CELL * len(letters) + 5
            rest = f"+{more:,}" if flight.whole else "…"
            self.text(side, top + 11, rest, "n", "end" if d < 0 else "start")

    def _states(self, row: Row, y: float) -> None:
        used: dict[int, float] = {}
        for mark in row.marks:
            line = used.get(mark.program, y)
            x = self._inner(mark.program)
            left = self.layout.is_left(mark.program)
            self.text(
                x + (14 if left else -14), line - 8, mark.state, "t",
                "start" if left else "end",
            )  # fmt: skip
            used[mark.program] = line + 14

    def _inner(self, program: int) -> float:
        """The x of a program's lifeline that is nearest to the others."""
        own = [
            x
            for x, line in zip(self.columns, self.layout.lifelines, strict=True)
            if line.program == program
        ]
        return own[-1] if self.layout.is_left(program) else own[0]

    # --- lines from top to bottom -------------------------------------------

    def _marked_part(self) -> None:
        for index in self.tops:
            row = self.layout.rows[index]
            if not row.marked:
                continue
            y = self.tops[index]
            height = self._row_height(row)
            self.add(
                f'<rect x="0" y="{_number(y)}" width="{_number(self.width)}" '
                f'height="{_number(height)}" style="fill:var(--mark)"/>'
            )
            self.path(f"M3 {_number(y)}v{_number(height)}", "m")

    def _lifelines(self) -> None:
        for life in self.layout.lives:
            x = self.columns[life.lifeline]
            first = TOP - 18 if life.first == 0 else self._middle(life.first)
            last = self._middle(life.last)
            self.path(f"M{_number(x)} {_number(first)}V{_number(last)}", "l")

    def _heads(self) -> None:
        for program in self.layout.order:
            own = [
                x
                for x, line in zip(self.columns, self.layout.lifelines, strict=True)
                if line.program == program
            ]
            x = (own[0] + own[-1]) / 2
            name = "client" if program else "server"
            kind = name[0]
            self.add(
                f'<rect x="{_number(x - 84)}" y="16" width="168" height="48" rx="9" '
                f'class="s{kind}" style="fill:var(--{name}-tint)"/>'
            )
            title = words.program_name(self.layout.recording, program)
            self.add(
                f'<text x="{_number(x)}" y="37" class="k f{kind}" text-anchor="middle"'
                f' style="font-weight:700">{escaped(words.cut(title, 20))}</text>'
            )
            home = labels.home(self.layout.recording, program)
            if home:
                self.text(x, 54, home, "n", "middle")

    def _bars(self) -> None:
        for bar in self.layout.bars:
            if bar.first not in self.tops:
                continue
            x = self.columns[bar.lifeline]
            y = self._middle(bar.first)
            height = max(10.0, self._middle(bar.last) - y)
            kind = self._colour(bar.lifeline)
            self.add(
                f'<rect x="{_number(x - 6)}" y="{_number(y)}" width="12" rx="3" '
                f'height="{_number(height)}" class="s{kind} w" '
                f'style="fill:url(#sk-{kind})"/>'
            )

    # --- below --------------------------------------------------------------

    def _foot(self) -> int:
        """The verdict and the caption; the height of the picture."""
        layout = self.layout
        y = self.bottom + 34
        letters = int((self.width - 40) / 7.7)
        bad = layout.recording.verdict.kind not in ("finished", "idle")
        end = layout.rows[-1]
        for said, kind in ((end.sentence, "v b" if bad else "v"), (end.remark, "v b")):
            for line in textwrap.wrap(said, letters):
                self.text(20, y, line, kind)
                y += 18
        y += 6
        for line in textwrap.wrap(
            " ".join(
                [
                    captions.KEY,
                    *captions.caption(layout.recording, layout.states, layout.segments),
                ]
            ),
            int((self.width - 40) / 6),
        ):
            self.text(20, y, line, "c")
            y += 15
        return int(y + 6)


def _stripes() -> str:
    """The striped fill of the bars, for a client and for the server."""
    return (
        "<defs>"
        + "".join(
            f'<pattern id="sk-{kind}" width="6" height="6" '
            'patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
            f'<path d="M0 0H6V6H0z" style="fill:var(--{name}-tint);stroke:none"/>'
            f'<path d="M0 0V6" class="s{kind}"/></pattern>'
            for kind, name in (("c", "client"), ("s", "server"))
        )
        + "</defs>"
    )
