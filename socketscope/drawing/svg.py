"""The SVG: one picture without scripts, for pages, notebooks and print.

It brings its own ground and follows the reader's light or dark scheme where a
viewer passes that on, so that it reads on any page, also inside an `<img>`.
"""

from __future__ import annotations

import html
import textwrap
from typing import Any

from socketscope.drawing import captions, labels
from socketscope.drawing.layout import Flight, Layout, Row, arrange
from socketscope.drawing.page import Page, Sizes
from socketscope.drawing.palette import DARK, LIGHT, MONO, SANS, properties
from socketscope.reading import words
from socketscope.recording import Recording

MARGIN = 222
SIZES = Sizes(margin=MARGIN, numbers=34, gap=336, beside=26, line=0, apart=0, stub=312)
"""In pixels."""
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


def draw_svg(recording: Recording | Layout, **options: Any) -> str:
    """The recording as an SVG document; takes the options of `layout.arrange`."""
    return _Picture(arrange(recording, **options)).draw()


def escaped(text: str) -> str:
    """The text as XML can hold it: control characters shown, `<&>"` escaped."""
    return html.escape(words.clean(text))


class _Picture(Page):
    """A growing list of SVG elements."""

    def __init__(self, layout: Layout) -> None:
        self.parts: list[str] = []
        super().__init__(layout, (SIZES,), left=0, top=TOP)

    def draw(self) -> str:
        self._marked_part()
        self._lifelines()
        self._heads()
        self._bars()
        for index in self.tops:
            self._row(index)
        height = self._foot()
        width = self.width
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

    def text(self, x: float, y: int, text: str, kind: str, side: int = 1) -> None:
        """Text that begins (1) at a place, ends (-1) there, or has it in its middle."""
        at = {1: "", 0: ' text-anchor="middle"', -1: ' text-anchor="end"'}[side]
        self.add(f'<text x="{x:g}" y="{y}" class="{kind}"{at}>{escaped(text)}</text>')

    def path(self, path: str, kind: str) -> None:
        self.add(f'<path class="{kind}" d="{path}"/>')

    def _colour(self, lifeline: int) -> str:
        return "c" if self.layout.lifelines[lifeline].program else "s"

    # --- heights ------------------------------------------------------------

    def _label(self, row: Row) -> list[tuple[str, str]]:
        """The lines beside a row, each with its class."""
        bad = " b" if row.bad else ""
        lines = [(part, "k" + bad) for part in textwrap.wrap(self.label(row), 27)[:3]]
        lines += [(part, "n" + bad) for part in textwrap.wrap(row.note, 34)[:3]]
        lines += [(part, "n b") for part in textwrap.wrap(row.remark, 34)]
        return lines or [("", "k")]

    def label_height(self, row: Row) -> int:
        return self.lift(row) - 13 + PITCH + 14 * (len(self._label(row)) - 1)

    def row_height(self, row: Row) -> int:
        height = PITCH + 14 * self.marks_height(row)
        if row.flights:
            height += 14 + 26 * (sum(len(self.names(f)) for f in row.flights) - 1)
            if any(flight.waits for flight in row.flights):
                height += 8
        elif self.marks(row):
            height -= 14  # the first stands in the row itself
        return height

    def lift(self, row: Row) -> int:
        return 27 if row.flights else 13

    def written(self, flight: Flight) -> str:
        return flight.label(28)

    # --- rows ---------------------------------------------------------------

    def _row(self, index: int) -> None:
        row = self.layout.rows[index]
        y = self.y(index)
        x, side = self.outer(row.moment.program)
        for number, (text, kind) in enumerate(self._label(row)):
            self.text(x + 18 * side, y + 4 + 14 * number, text, kind, side)
        if self.numbers and row.moment.line:
            edge = x + (MARGIN + 20) * side
            self.text(edge, y + 4, str(row.moment.line), "n", -side)
        self._dot(row, y)
        below = y
        for flight in row.flights:
            below = self._flight(flight, below)
        for flight in row.kept:
            self._edge(flight, y)
        for mark, number in self.marks(row):
            x, side = self.inner(mark.program)
            line = (below - 8 if row.flights else y + 4) + 14 * number
            self.text(x + 14 * side, line, mark.state, "t", side)

    def _dot(self, row: Row, y: int) -> None:
        x = self.columns[row.lifeline]
        colour = self._colour(row.lifeline)
        if row.moment.hidden:
            left, right = self.free_part(self.columns[0], self.columns[-1])
            self.path(f"M{left} {y}H{right}", "l f")
        elif row.moment.kind in ("exit", "track_end"):
            self.path(f"M{x - 9} {y}h18", f"s{colour} e")
        elif row.bad:
            self.path(f"M{x - 5} {y - 5}l10 10m0 -10l-10 10", "x")
        else:
            self.add(f'<circle cx="{x}" cy="{y}" r="4" class="f{colour}"/>')

    def _flight(self, flight: Flight, y: int) -> int:
        """Draw an arrow, or the segments behind it; the y below them."""
        below, asks = y, True
        for start, end, name in self.arrows(flight):
            answers = not asks and flight.target is not None
            sender = flight.target or 0 if answers else flight.source
            self._arrow(start, end, below, flight, self._colour(sender))
            low, high = self.free_part(start, end)
            self.text((low + high) / 2, below - 7, name, "a")
            below, asks = below + 26, not asks
        if flight.target is not None and flight.waits:
            self._queue(flight, y)
        return below

    def _arrow(self, start: int, end: int, y: int, flight: Flight, colour: str) -> None:
        d = 1 if end > start else -1
        x1, x2 = start + 9 * d, end - 10 * d
        kind = flight.kind
        stroke, fill = f"s{colour}", f"s{colour} f{colour}"
        if kind in ("rst", "refused"):
            stroke, fill = "x", "x fx"
        dashed = " f" if kind in ("fin", "rst", "refused", "datagram") else ""
        self.path(f"M{x1} {y}H{x2 - 2 * d}", stroke + dashed)
        if self.is_lost(flight):
            self.path(f"M{x2 - 6} {y - 6}l12 12m0 -12l-12 12", "x")
        else:
            self.path(f"M{x2 - 8 * d} {y - 5}l{8 * d} 5l{-8 * d} 5z", fill)

    def _edge(self, flight: Flight, y: int) -> tuple[int, int, str]:
        """The dotted edge of a queue: beside which column, on which side."""
        x = self.columns[flight.target or 0]
        d = -1 if self.columns[flight.source] < x else 1
        kind = "s" + self._colour(flight.source)
        bottom = self.y(flight.taken)
        if bottom - y > 16:
            self.path(f"M{x + 11 * d} {y + 7}V{bottom}", kind + " q")
        return x, d, kind

    def _queue(self, flight: Flight, y: int) -> None:
        """Letter cells below the arrow's head, and the dotted edge of a queue."""
        x, d, kind = self._edge(flight, y)
        letters = words.cells(flight.arrow.data[:16])
        wide, top = CELL * len(letters), y + 6
        left = x + 16 if d > 0 else x - 16 - wide
        inner = f"m{CELL} 0v14m0 -14" * (len(letters) - 1)
        self.path(f"M{left} {top}v14h{wide}v-14h-{wide}{inner}", kind + " w")
        places = [f"{left + CELL * (n + 0.5):g}" for n in range(len(letters))]
        if all(len(letter) == 1 for letter in letters):
            self.add(
                f'<text class="z" x="{" ".join(places)}" y="{top + 11}">'
                f"{escaped(''.join(letters))}</text>"
            )
        else:
            for place, letter in zip(places, letters, strict=True):
                self.add(
                    f'<text class="z" style="font-size:8px" y="{top + 10}" '
                    f'x="{place}">{escaped(letter)}</text>'
                )
        if (more := flight.arrow.size - len(letters)) > 0:
            rest = f"+{more:,}" if flight.arrow.whole else "…"
            self.text(left - 5 if d < 0 else left + wide + 5, top + 11, rest, "n", d)

    # --- lines from top to bottom -------------------------------------------

    def _marked_part(self) -> None:
        for index, y in self.tops.items():
            if self.layout.rows[index].marked:
                height = self.row_height(self.layout.rows[index])
                self.add(
                    f'<rect x="0" y="{y}" width="{self.width}" height="{height}" '
                    'style="fill:var(--mark)"/>'
                )
                self.path(f"M3 {y}v{height}", "m")

    def _lifelines(self) -> None:
        for life in self.layout.lives:
            x = self.columns[life.lifeline]
            first = self.y(life.first) if life.first else TOP - 18
            self.path(f"M{x} {first}V{self.y(life.last)}", "l")

    def _heads(self) -> None:
        for program in self.layout.order:
            own = self.own(program)
            x = (own[0] + own[-1]) / 2
            name = "client" if program else "server"
            kind = name[0]
            self.add(
                f'<rect x="{x - 84:g}" y="16" width="168" height="48" rx="9" '
                f'class="s{kind}" style="fill:var(--{name}-tint)"/>'
            )
            title = words.program_names(self.layout.recording)[program]
            self.add(
                f'<text x="{x:g}" y="37" class="k f{kind}" text-anchor="middle"'
                f' style="font-weight:700">{escaped(words.cut_name(title, 20))}</text>'
            )
            home = labels.home(self.layout.recording, program)
            if home:
                self.text(x, 54, home, "n", 0)

    def _bars(self) -> None:
        for bar, y, last in self.bars():
            x, kind = self.columns[bar.lifeline], self._colour(bar.lifeline)
            self.add(
                f'<rect x="{x - 6}" y="{y}" width="12" rx="3" '
                f'height="{max(10, last - y)}" class="s{kind} w" '
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
        notes = captions.caption(layout.recording, layout.states, layout.segments)
        said = " ".join([captions.KEY, *notes])
        for line in textwrap.wrap(said, int((self.width - 40) / 6)):
            self.text(20, y, line, "c")
            y += 15
        return y + 6


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
