"""The stepper: one self-contained page on which a reader walks through it.

The page is `stepper.html` with its style, its script and the layout as JSON
put in. It asks for nothing from anywhere and may be saved, mailed or embedded:

    <iframe class="stepper" src="chat.html#step=3" title="…" height="680"></iframe>

It takes light or dark from the page around it and tells that page its height
with `postMessage({socketscope: {height: 680}})`.
"""

from __future__ import annotations

import html
import json
import re
from importlib.resources import files
from string import Template
from typing import Any

from socketscope import sentences
from socketscope.layout import Layout, Row, arrange
from socketscope.palette import DARK, LIGHT, MONO, SANS, properties
from socketscope.recording import Recording
from socketscope.story import End

CELLS = 12
"""Letters of a receive queue that the stepper shows."""


def draw_stepper(
    recording: Recording, *, step: int | str | None = None, **options: Any
) -> str:
    """The recording as an HTML page; takes the options of `layout.arrange`.

    `step` is where it opens: a stop's number from 1, or a call as in `mark`.
    The address may say otherwise: `#step=4&level=calls&states=1&segments=1`.
    """
    layout = arrange(recording, **options)
    data = json.dumps(_data(layout, step), ensure_ascii=False, separators=(",", ":"))
    style = Template(_part("stepper.css")).substitute(
        light=properties(LIGHT), dark=properties(DARK), sans=SANS, mono=MONO
    )
    return Template(_part("stepper.html")).substitute(
        title=html.escape(sentences.clean(layout.title)),
        system=sentences.SYSTEM,
        style=_squeezed(style),
        # "</script>" in a learner's text must not end the script element.
        data=data.replace("<", "\\u003c"),
        script=_shortened(_part("stepper.js")),
    )


def _part(name: str) -> str:
    return files("socketscope").joinpath(name).read_text(encoding="utf-8")


def _squeezed(style: str) -> str:
    """A style sheet without its comments and what spaces it can spare."""
    style = re.sub(r"/\*.*?\*/", "", style, flags=re.DOTALL)
    return re.sub(r"\s*([{};,])\s*", r"\1", re.sub(r": ", ":", style)).strip()


def _shortened(script: str) -> str:
    """A script without comments and indentation.

    Comments stand on lines of their own, and no text spans two lines.
    """
    lines = (line.strip() for line in script.splitlines())
    return "\n".join(
        line for line in lines if line and not line.startswith(("//", "/**"))
    )


def _data(layout: Layout, step: int | str | None) -> dict[str, Any]:
    """What the script needs, small: texts that repeat are kept once.

    `rows` holds a list for each row: kind, life, level, line, label, note,
    sentence, and an object with what not every row has. `said` holds their
    texts, the first of them empty. A line that changed no variable is only
    life and line.
    """
    recording = layout.recording
    texts = _Texts()
    texts.number("")
    ends: list[tuple[int, str, str, bool]] = []
    rows = []
    before: dict[int, list[Any]] = {}
    for row in layout.rows:
        now: dict[int, list[Any]] = {}
        for end in row.ends:
            local = sentences.address(end.local)
            key = (end.program, sentences.clean(end.name), local, bool(end.remote))
            if key not in ends:
                ends.append(key)
            now[ends.index(key)] = _end(end)
        changes = [[key, *end] for key, end in now.items() if before.get(key) != end]
        changes += [[key] for key in before if key not in now]
        before = now
        rows.append(_row(layout, row, changes, texts))
    return {
        "programs": [
            {"name": sentences.clean(program.name), "source": program.source}
            for program in recording.programs
        ],
        "lifelines": [line.program for line in layout.lifelines],
        "lives": [
            [life.program, life.name, life.lifeline, life.first, life.last]
            for life in layout.lives
        ],
        "rows": rows,
        "bars": [[bar.lifeline, bar.first, bar.last] for bar in layout.bars],
        "ends": ends,
        "said": texts.kept,
        "level": layout.level,
        "states": layout.states,
        "segments": layout.segments,
        "row": 0 if step is None else layout.find(step),
        "level_names": list(sentences.LEVELS),
        "levels": list(sentences.LEVELS.values()),
        "segment_names": sentences.SEGMENTS,
        "words": sentences.WORDS,
        "caption": [
            sentences.KEY,
            *sentences.caption(recording, states=True, segments=True),
        ],
    }


class _Texts:
    """Texts by number, each kept once."""

    def __init__(self) -> None:
        self.kept: list[str] = []
        self.numbers: dict[str, int] = {}

    def number(self, text: str) -> int:
        if text not in self.numbers:
            self.numbers[text] = len(self.kept)
            self.kept.append(text)
        return self.numbers[text]


def _end(end: End) -> list[Any]:
    """State, letter cells, how many wait, whether a FIN waits, who holds it."""
    cells: list[str] | str = sentences.cells(end.head[:CELLS])
    if all(len(cell) == 1 for cell in cells):
        cells = "".join(cells)
    return [end.state, cells, end.waiting, int(end.eof), int(end.held)]


def _row(layout: Layout, row: Row, ends: list[list[Any]], texts: _Texts) -> list[Any]:
    moment = row.moment
    life = next(
        i
        for i, life in enumerate(layout.lives)
        if life.program == moment.program and life.thread in (moment.thread, 0)
        if life.thread == moment.thread or moment.kind in ("gone", "end")
    )
    more: dict[str, Any] = {}
    if row.talk:
        more["talk"] = texts.number(row.talk)
    if row.flights:
        more["flights"] = [
            {
                "source": flight.source,
                "target": flight.target,
                "kind": flight.kind,
                "label": sentences.arrow_label(flight.kind, flight.data, flight.size),
                "taken": flight.taken,
                "size": flight.size,
            }
            for flight in row.flights
        ]
    if row.marks:
        more["marks"] = [[mark.program, mark.state] for mark in row.marks]
    if ends:
        more["ends"] = ends
    for flag in ("bad", "marked"):
        if getattr(row, flag):
            more[flag] = 1
    if row.remark:
        more["remark"] = row.remark
    more.update(_typed_or_printed(layout, row))
    if moment.kind in ("line", "output"):
        # Their sentences are short enough for the script to put together.
        said = [0, 0, 0]
        changed = sentences.changes(layout.recording.events[moment.event])
        if changed:
            more["now"] = changed
    else:
        label = "" if moment.kind == "end" else row.label
        said = [texts.number(text) for text in (label, row.note, row.sentence)]
    if moment.kind == "line" and not more:
        return [life, moment.line]
    whole = [moment.kind, life, row.level, moment.line, *said]
    return [*whole, more] if more else whole


def _typed_or_printed(layout: Layout, row: Row) -> dict[str, Any]:
    """What this row adds to its program's terminal."""
    moment, events = row.moment, layout.recording.events
    if moment.event >= len(events):
        return {}
    event = events[moment.event]
    if event.text is None or moment.kind not in ("output", "call", "back"):
        return {}
    lines = event.text.expandtabs(4).split("\n")
    text = {"text": "\n".join(map(sentences.clean, lines))}
    return {**text, "stream": event.stream} if event.stream == "stderr" else text
