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
from collections import Counter
from importlib.resources import files
from itertools import takewhile
from string import Template
from typing import Any

from socketscope.drawing import captions, labels, sentences
from socketscope.drawing.layout import Flight, Layout, Row, arrange
from socketscope.drawing.palette import DARK, LIGHT, MONO, SANS, properties
from socketscope.reading import words
from socketscope.reading.ends import End
from socketscope.recording import Recording

CELLS = 16
"""Letters of a receive queue that the stepper shows."""
SAMPLE = 20_000
"""Letters in which phrases are looked for that repeat."""

KINDS = (
    "line", "output", "start", "call", "wait", "back", "track", "track_end",
    "crash", "exit", "gone", "end", "again", "cut",
)  # fmt: skip


def draw_stepper(
    recording: Recording | Layout, *, step: int | str | None = None, **options: Any
) -> str:
    """The recording as an HTML page; takes the options of `layout.arrange`.

    `step` is where it opens: a stop's number from 1, or a call as in `mark`.
    The address may say otherwise: `#step=4&level=calls&states=1&segments=1`.
    """
    layout = arrange(recording, **options)
    data = json.dumps(_data(layout, step), ensure_ascii=False, separators=(",", ":"))
    notes = captions.caption(layout.recording, True, True, layout.crowded)
    style = Template(_part("stepper.css")).substitute(
        light=properties(LIGHT), dark=properties(DARK), sans=SANS, mono=MONO
    )
    return Template(_part("stepper.html").replace("\n<", "<")).substitute(
        title=html.escape(words.clean(layout.title)),
        system=labels.SYSTEM,
        about=html.escape(" ".join([captions.KEY, *notes])),
        style=_squeezed(style),
        # "</script>" in a learner's text must not end the script element.
        data=data.replace("<", "\\u003c"),
        script=_shortened(_part("stepper.js")),
    )


def _part(name: str) -> str:
    return files("socketscope.drawing").joinpath(name).read_text(encoding="utf-8")


def _squeezed(style: str) -> str:
    """A style sheet without its comments and what spaces it can spare."""
    style = re.sub(r"/\*.*?\*/", "", style, flags=re.DOTALL)
    return re.sub(r"\s*([{};,])\s*", r"\1", re.sub(r": ", ":", style)).strip()


def _shortened(script: str) -> str:
    """A script without comments, indentation and spaces around its signs.

    Comments stand on lines of their own, no text spans two lines, texts in
    backquotes are not nested, and regular expressions hold no quotes.
    """
    lines = (line.strip() for line in script.splitlines())
    code = "\n".join(line for line in lines if not line.startswith(("//", "/**")))
    parts = re.split(r'("[^"\n]*"|`[^`]*`)', code)
    parts[::2] = [re.sub(r"\s*([=+*/<>?:,;{}()&|])\s*", r"\1", p) for p in parts[::2]]
    return "".join(parts).strip()


def _data(layout: Layout, step: int | str | None) -> dict[str, Any]:
    """What the script needs, small: texts that repeat are kept once.

    `said` holds the texts, `phrases` what several of them share (see
    `_Texts`), and `rows` a list for each row: kind, life, level, line, label,
    note, sentence (by their numbers), and an object with what not every row
    has. A line and a print are only: life, line, the variables that changed,
    what is printed, whether to the error stream.
    """
    recording = layout.recording
    texts = _Texts()
    texts.number("")
    ends = _Ends(texts)
    rows = []
    lives = {(life.program, life.track): n for n, life in enumerate(layout.lives)}
    for row in layout.rows:
        changes = ends.changes(row.moment.ends)
        rows.append(_row(row, lives.get(row.moment.lane, 0), changes, texts))
    return {
        "programs": [
            {"name": name, "source": _tabbed(program.source)}
            for name, program in zip(
                words.program_names(recording), recording.programs, strict=True
            )
        ],
        "kinds": KINDS,
        "lifelines": [line.program for line in layout.lifelines],
        "lives": [
            [life.program, life.name, life.lifeline, life.first, life.last]
            for life in layout.lives
        ],
        "rows": rows,
        "bars": [[b.lifeline, b.first, b.last, b.again] for b in layout.bars],
        "ends": list(ends.numbers),
        **texts.shared(),
        "view": {
            "level": layout.level,
            "states": layout.states,
            "segments": layout.segments,
            "row": 0 if step is None else layout.find(step),
        },
        "levels": labels.LEVELS,
        "segment_names": labels.SEGMENTS,
        "words": labels.WORDS,
    }


class _Texts:
    """Texts by number, each kept once."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}

    def number(self, text: str) -> int:
        return self.numbers.setdefault(text, len(self.numbers))

    def shared(self) -> dict[str, list[str]]:
        """The texts, their common phrases kept once.

        Each phrase is replaced by a letter that stands in no text; the script
        puts them back, the last one first.
        """
        said = "\0".join(self.numbers)
        sample = said[:SAMPLE]
        letters = (chr(code) for code in (*range(33, 127), *range(0xA1, 0x180)))
        free = (letter for letter in letters if letter not in said + '"\\<')
        phrases: dict[str, str] = {}
        while len(phrases) < 40 and (phrase := _best_phrase(sample)):
            letter = next(free)
            phrases[letter] = phrase
            sample, said = (text.replace(phrase, letter) for text in (sample, said))
        return {
            "said": said.split("\0"),
            "phrases": ["".join(phrases), *phrases.values()],
        }


def _best_phrase(text: str) -> str:
    """The words in a row whose sharing saves most; empty if none saves any."""
    counts: Counter[str] = Counter()
    for part in text.split("\0"):
        words = re.findall(r"\w+\W?|\W", part)
        for start in range(len(words)):
            for end in range(start + 1, min(start + 12, len(words)) + 1):
                counts["".join(words[start:end])] += 1

    def saves(phrase: str) -> int:
        return (counts[phrase] - 1) * (len(phrase) - 2) - 7

    best = max(counts, key=saves, default="")
    return best if saves(best) > 0 else ""


class _Ends:
    """The ends by number, and what becomes of them from row to row."""

    def __init__(self, texts: _Texts) -> None:
        self.texts = texts
        self.numbers: dict[tuple[int, str, str, int], int] = {}
        self.seen: dict[int, tuple[int, End, list[Any]]] = {}
        """What each `End` is in the page, by its identity; kept alive here."""
        self.listed: tuple[End, ...] = ()
        self.now: dict[int, list[Any]] = {}

    def changes(self, listed: tuple[End, ...]) -> list[list[Any]]:
        if listed is self.listed:
            return []
        before, self.listed = self.now, listed
        self.now = now = dict(map(self._drawn, listed))
        changed = [
            [key, *end]
            for key, end in now.items()
            if (old := before.get(key)) is not end and old != end
        ]
        return changed + [[key] for key in before if key not in now]

    def _drawn(self, end: End) -> tuple[int, list[Any]]:
        if id(end) not in self.seen:
            name, local = words.clean(end.name), words.address(end.local)
            key = (end.program, name, local, int(bool(end.remote)))
            number = self.numbers.setdefault(key, len(self.numbers))
            self.seen[id(end)] = number, end, _end(end, self.texts)
        number, _, drawn = self.seen[id(end)]
        return number, drawn


def _end(end: End, texts: _Texts) -> list[Any]:
    """State, who keeps it, letter cells, how many bytes (or connections) wait,
    -1 if that is not known, and whether a FIN waits behind them; zeros at the
    end are left out."""
    cells: list[str] | str = words.cells(end.head[:CELLS])
    if all(len(cell) == 1 for cell in cells):
        cells = "".join(cells)
    state = texts.number(end.state or "")
    waiting = -1 if end.waiting is None else end.waiting
    keeper = texts.number(labels.KEEPERS[end.keeper])
    return _without_zeros([state, keeper, cells, waiting, int(end.eof)])


def _without_zeros(values: list[Any]) -> list[Any]:
    """The values without the empty ones at their end; the first always stays."""
    while len(values) > 1 and not values[-1]:
        values.pop()
    return values


def _row(row: Row, life: int, ends: list[list[Any]], texts: _Texts) -> list[Any]:
    moment, event = row.moment, row.moment.happened
    some: dict[str, Any] = {
        "talk": row.talk and _talk(row, texts),
        "flights": [_flight(flight) for flight in row.flights],
        "kept": [_flight(flight) for flight in row.kept],
        "wrote": sorted({m.program for m in moment.hidden if m.happened.text}),
        "marks": [[mark.program, mark.state] for mark in moment.marks],
        "ends": ends,
        "bad": int(row.bad),
        "marked": int(row.marked),
        "remark": row.remark,
    }
    more = {name: value for name, value in some.items() if value}
    if moment.kind in ("line", "output") and not more:
        # Their sentences are short enough for the script to put together.
        short = [life, moment.line, sentences.changes(event)]
        if moment.kind == "output":
            short += [_lines(event.text or ""), int(event.stream == "stderr")]
        return _without_zeros(short)
    label = "" if moment.kind in ("line", "output", "end") else row.label
    said = [texts.number(text) for text in (label, row.note, row.sentence)]
    if moment.kind in ("call", "back") and event.text is not None:
        more["text"] = _lines(event.text)  # somebody typed it
    whole = [KINDS.index(moment.kind), life, row.level, moment.line, *said]
    return [*whole, more] if more else whole


def _flight(flight: Flight) -> list[Any]:
    ends = [flight.source, flight.target]
    said = [flight.kind, flight.label(24)]
    return [*ends, *said, int(flight.waits), flight.taken]


def _talk(row: Row, texts: _Texts) -> list[int]:
    """Its beginning, and from where on the sentence of the row goes on."""
    backwards = zip(reversed(row.talk), reversed(row.sentence), strict=False)
    tail = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], backwards))
    head = texts.number(row.talk[: len(row.talk) - tail])
    return [head, len(row.sentence) - tail]


def _tabbed(source: str) -> str:
    """The source with tabs for its indentation, which the page shows as wide."""
    text = "\n".join(words.source_lines(source))
    return re.sub(r"(?m)^(    )+", lambda found: "\t" * (len(found[0]) // 4), text)


def _lines(text: str) -> str:
    """Terminal text with nothing but its line ends left unescaped."""
    return "\n".join(map(words.clean, text.expandtabs(4).split("\n")))
