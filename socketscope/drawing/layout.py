"""One layout for all drawings: lifelines, rows, bars, arrows and stops.

`arrange(recording, …)` returns a `Layout` that knows no pixels and no letters:
rows are numbered downwards, lifelines (one for each thread) from the left. The
server stands right, the first client left of it, further clients further left.

A layout holds the rows of every level of detail. A drawing shows those of its
`shown` rows; what begins or ends in a hidden row does so in the next one shown.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from socketscope.drawing import captions, labels, sentences
from socketscope.drawing.lifelines import Life, Lifeline, lifelines
from socketscope.drawing.scene import Scene
from socketscope.drawing.story import Moment, find, fold, tell
from socketscope.reading import calls
from socketscope.reading.calls import Lane
from socketscope.reading.ends import Arrow
from socketscope.reading.words import clean, program_names
from socketscope.recording import Recording

LEVELS = tuple(labels.LEVELS)
TALK, CALLS, LINES = range(3)
ENDS = {"crash", "cut", "exit", "end"}
"""Kinds of moments after which something is over."""
SHOWN_WAITS = calls.AWAITS_NETWORK | {calls.KEYBOARD}
"""Roles of the calls whose waiting belongs to the talk."""


@dataclass(frozen=True)
class Bar:
    """One thread waits, from the row where it blocks to where it returns."""

    lifeline: int
    first: int
    last: int | None
    call: str
    again: bool = False
    """It waits as it was already told to: the bar stands where its row does not."""


@dataclass(frozen=True)
class Flight:
    """An arrow from lifeline to lifeline, flat, in one row."""

    arrow: Arrow
    row: int
    source: int
    target: int | None
    taken: int | None
    """The row until which its bytes wait, if they are ever taken."""
    call: str
    """The call that sent it."""

    @property
    def kind(self) -> str:
        """As in `Arrow`."""
        return self.arrow.kind

    @property
    def waits(self) -> bool:
        """Does it bring bytes that wait in a receive queue?"""
        some = self.arrow.size if self.arrow.whole else self.arrow.data
        return self.kind in ("data", "datagram") and bool(some)

    @property
    def nowhere(self) -> bool:
        """Does it lead to no other lifeline?"""
        return self.target in (None, self.source)

    def label(self, limit: int) -> str:
        """What is written on it, the bytes cut to `limit` letters."""
        if self.kind == "fin" and self.call == "shutdown":
            return self.call
        return labels.arrow_label(self.arrow, limit)


@dataclass(frozen=True)
class Row:
    """One moment."""

    moment: Moment
    lifeline: int
    level: int
    label: str
    note: str
    sentence: str
    talk: str = ""
    """Its sentence as a stop of the level `talk`; empty if it is none."""
    bad: bool = False
    marked: bool = False
    remark: str = ""
    flights: tuple[Flight, ...] = ()
    kept: tuple[Flight, ...] = ()
    """Of rounds that are left out: what brought bytes that wait on after them."""


@dataclass(frozen=True)
class Layout:
    """A recording, arranged; `level`, `states` and `segments` as asked for."""

    recording: Recording
    lifelines: tuple[Lifeline, ...]
    order: tuple[int, ...]
    """Programs from left to right."""
    lives: tuple[Life, ...]
    rows: tuple[Row, ...]
    bars: tuple[Bar, ...]
    level: int
    states: bool
    segments: bool
    title: str

    @property
    def shown(self) -> tuple[int, ...]:
        """The rows that this level and these switches show."""
        return tuple(
            index
            for index, row in enumerate(self.rows)
            if row.level <= self.level
            or row.marked
            or row.remark
            or (self.states and row.moment.marks)
        )

    def stops(self, level: int | None = None) -> tuple[int, ...]:
        """The rows at which a reader stops at a level of detail."""
        level = self.level if level is None else level
        if level == TALK:
            return tuple(i for i, row in enumerate(self.rows) if row.talk)
        return tuple(i for i, row in enumerate(self.rows) if row.level <= level)

    def find(self, stop: int | str | None) -> int:
        """The row of a stop: its number from 1, or a call as in `mark`."""
        stops = self.stops()
        if isinstance(stop, str):
            for index, row in enumerate(self.rows):
                if _is_called(self.recording, row.moment, stop):
                    return index
            raise ValueError(f"No row of this recording is about {stop!r}.")
        return stops[min(max((stop or 1) - 1, 0), len(stops) - 1)]

    def is_left(self, program: int) -> bool:
        """Do this program's labels stand left of its lines?"""
        return program != 0 or len(self.order) == 1

    @property
    def crowded(self) -> list[str]:
        """The programs that have more threads at a time than lines."""
        names = program_names(self.recording)
        return [names[line.program] for line in self.lifelines if line.crowded]

    def talkers_to_themselves(self) -> set[int]:
        """The programs whose threads send to each other over sockets."""
        return {
            self.lifelines[flight.source].program
            for row in self.rows
            for flight in row.flights
            if not flight.nowhere
            if self.lifelines[flight.source].program
            == self.lifelines[flight.target or 0].program
        }


def arrange(
    recording: Recording | Layout,
    *,
    level: str = "talk",
    states: bool = False,
    segments: bool = False,
    mark: str | Sequence[str] | range = (),
    remark: tuple[int, str] | None = None,
    title: str = "",
) -> Layout:
    """Arrange a recording; every drawing takes these options. What is arranged
    already stays as it is, so that several drawings can share it.

    - `level`: `"talk"` (what is said, and the waits between), `"calls"` or
      `"lines"`
    - `states`, `segments`: show TCP states; show SYN, ACK and FIN
    - `mark`: the part that a lesson is about: names of calls, as in
      `("bind", "listen")`, of one program only as in `"server.recv"`; or a
      `range` of stops of this level, counted from 1
    - `remark`: an event (its index in `recording.events`) and a note that
      stands at the row of that event, as in `(17, "here it went wrong")`
    - `title`: what the drawing is about, for those who do not see it
    """
    if isinstance(recording, Layout):
        return recording
    if level not in LEVELS:
        raise ValueError(f"level is {level!r}; it can be {', '.join(LEVELS)}.")
    moments = fold(tell(recording), remark[0] if remark else None)
    order = (*range(len(recording.programs) - 1, 0, -1), 0)
    lines, places, lives = lifelines(recording, moments, order)
    rows = _rows(recording, moments, places)
    rows = _with_talk(recording, rows)
    layout = Layout(
        recording=recording,
        lifelines=lines,
        order=order,
        lives=lives,
        rows=rows,
        bars=_bars(rows, places),
        level=LEVELS.index(level),
        states=states,
        segments=segments,
        title=clean(title)
        or f"What happened between {captions.named(program_names(recording))}",
    )
    marked = _marked(layout, mark)
    rows = tuple(replace(row, marked=i in marked) for i, row in enumerate(rows))
    return replace(layout, rows=_with_remark(rows, remark))


# --- rows -----------------------------------------------------------------


def _rows(
    recording: Recording,
    moments: Sequence[Moment],
    places: dict[Lane, int],
) -> tuple[Row, ...]:
    rows = []
    vain: dict[Lane, set[object]] = defaultdict(set)
    events = [moment.event for moment in moments]
    # The end is nobody's: where the main thread stood then is its own last moment.
    last = {moment.lane: index for index, moment in enumerate(moments[:-1])}
    for index, moment in enumerate(moments):
        scene = Scene(recording, moment)
        level = _level(moment, is_last=last.get(moment.lane) == index)
        level = _once(vain[moment.lane], moment, level)

        def flight(arrow: Arrow, of: Moment, row: int = index) -> Flight:
            return Flight(
                arrow,
                row,
                _place(places, arrow.source),
                _place(places, arrow.target) if arrow.target else None,
                None if arrow.taken is None else bisect_left(events, arrow.taken),
                of.name,
            )

        kept = (flight(a, of) for of in moment.hidden for a in of.did.all_arrows)
        row = Row(
            moment,
            _place(places, moment.lane),
            level,
            *labels.label(scene),
            sentences.sentence(scene),
            bad=_fails(moment),
            flights=tuple(flight(arrow, moment) for arrow in moment.did.all_arrows),
            kept=_longest(f for f in kept if f.waits and f.taken != index),
        )
        rows.append(row)
    return tuple(rows)


def _once(vain: set[object], moment: Moment, level: int) -> int:
    """The level of a moment, if a thread that looks up from time to time is told
    once until it does something else. `vain`: what was told of it since."""
    error = moment.happened.error
    gives_up = error is not None and error.timed_out
    waits = moment.kind == "wait" and not moment.did.arrows
    if not gives_up and not (waits and level == TALK):
        if level == TALK:
            vain.clear()
        return level
    same = (moment.kind, moment.line, moment.name, moment.happened.waits_for)
    if same in vain:
        return CALLS
    if gives_up:
        vain.clear()  # that it waits again is told once more
    vain.add(same)
    return TALK


def _longest(flights: Iterable[Flight]) -> tuple[Flight, ...]:
    """For each two ends, that of which the bytes wait longest."""
    found: dict[tuple[int, int | None], Flight] = {}
    for flight in flights:
        ends = (flight.source, flight.target)
        if ends not in found or found[ends].taken is not None:
            found[ends] = flight  # in a queue, each waits as long as those before
    return tuple(found.values())


def _place(places: dict[Lane, int], lane: Lane) -> int:
    """The lifeline of a thread, or of its program's main one."""
    return places.get(lane, places[lane[0], 0])


def _level(moment: Moment, is_last: bool = False) -> int:
    """From which level of detail on a moment is shown, the last of its thread?"""
    if moment.hidden:
        return min(
            CALLS if m.happened.error and m.happened.error.timed_out else _level(m)
            for m in moment.hidden[-len(moment.hidden) // moment.times :]
        )
    if moment.kind in ("line", "output"):
        return LINES
    did = moment.did
    if did.all_arrows or did.took or did.stands or did.empty:
        return TALK
    if moment.kind in ENDS:
        return TALK
    if moment.kind == "wait":
        return TALK if is_last or moment.role in SHOWN_WAITS else CALLS
    return TALK if _fails(moment) or moment.happened.new is not None else CALLS


def _fails(moment: Moment) -> bool:
    """Did a call raise what a reader must see? That one does not wait, need not be."""
    error = moment.happened.error
    return error is not None and (not error.would_wait or moment.kind == "back")


def _bars(rows: Sequence[Row], places: dict[Lane, int]) -> tuple[Bar, ...]:
    """Where somebody waits."""
    bars: list[Bar] = []
    waiting: dict[Lane, int] = {}  # which bar is open
    for index, row in enumerate(rows[:-1]):
        for m in row.moment.hidden or (row.moment,):
            if m.kind == "exit":
                over = [lane for lane in waiting if lane[0] == m.program]
            else:
                over = [m.lane] if m.lane in waiting else []
            for lane in over:
                bar = waiting.pop(lane)
                bars[bar] = replace(bars[bar], last=index)
            if m.kind == "wait":
                waiting[m.lane] = len(bars)
                again = row.level > _level(m)
                bars.append(Bar(_place(places, m.lane), index, None, m.name, again))
    return tuple(bar for bar in bars if bar.last != bar.first)


def _with_talk(recording: Recording, rows: Sequence[Row]) -> tuple[Row, ...]:
    """Choose the stops of the talk, and say each in its own sentence.

    They are the arrows, what goes wrong, the moments at which everyone waits
    for something from outside, and the end.
    """
    told = []
    since: list[Moment] = []
    for index, row in enumerate(rows):
        m = row.moment
        waits = m.kind == "wait" and m.outside and index < len(rows) - 2
        does = row.flights or m.did.stands or m.did.empty
        stop = m.kind == "end" or (
            row.level == TALK and bool(does or row.bad or waits or m.hidden)
        )
        if stop or m.kind == "crash":
            row = replace(row, talk=sentences.talk(recording, m, since))
            since = []
        else:
            since.append(m)
        told.append(row)
    return tuple(told)


# --- the marked part ------------------------------------------------------


def _is_called(recording: Recording, moment: Moment, name: str) -> bool:
    """Is this moment about the call that `name` means?"""
    program, dot, call = name.rpartition(".")
    if moment.name != call:
        return False
    return not dot or program == recording.programs[moment.program].name.removesuffix(
        ".py"
    )


def _marked(layout: Layout, mark: str | Sequence[str] | range) -> set[int]:
    """The rows of the marked part."""
    if isinstance(mark, range):
        stops = layout.stops()
        chosen = [stops[n - 1] for n in mark if 0 < n <= len(stops)]
        picked = range(min(chosen), max(chosen) + 1) if chosen else ()
        return {row for row in picked if layout.rows[row].level <= layout.level}
    names = (mark,) if isinstance(mark, str) else mark
    return {
        index
        for index, row in enumerate(layout.rows)
        if any(_is_called(layout.recording, row.moment, name) for name in names)
    }


def _with_remark(
    rows: tuple[Row, ...], remark: tuple[int, str] | None
) -> tuple[Row, ...]:
    if remark is None:
        return rows
    event, text = remark
    at = find([row.moment for row in rows], event)
    return (*rows[:at], replace(rows[at], remark=clean(text)), *rows[at + 1 :])
