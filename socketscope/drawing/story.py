"""What the events of a recording mean, taken together.

`tell(recording)` returns one `Moment` for each thing worth showing, in order:
what happened, what it did to the links (`reading.links`), every end as it then
stood, and who waits. `fold` leaves out what only happens again.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from socketscope.reading import calls
from socketscope.reading.calls import Call, Calls, Lane
from socketscope.reading.ends import Arrow, End, Mark
from socketscope.reading.links import NOTHING, Effect, Links
from socketscope.recording import Event, Recording


@dataclass(frozen=True)
class Moment:
    """One thing that happened, with what it did to the network."""

    event: int
    """Index into `Recording.events`; their number for the very end."""
    kind: str
    """`start`, `line`, `call` (over at once, or never answered), `wait`,
    `back` (a call that waited returns), `output`, `track`, `track_end`,
    `crash`, `cut`, `exit`, `gone` or `end`; `again` for rounds that are left out."""
    happened: Event
    """That event; an empty one for the very end."""
    line: int | None = None
    call: Call | None = None
    """The call that this moment belongs to."""
    did: Effect = NOTHING
    marks: tuple[Mark, ...] = ()
    ends: tuple[End, ...] = ()
    outside: bool = False
    """Everyone waits, and what goes on next comes from outside: a key, a
    timer, the start of a program."""
    waits: tuple[int, ...] = ()
    """Then: the index of each one's `block` event."""
    times: int = 0
    """Of `again`: how many rounds are left out,"""
    hidden: tuple[Moment, ...] = ()
    """and what happened in them."""

    @property
    def program(self) -> int:
        return self.happened.program

    @property
    def track(self) -> int:
        return self.happened.track

    @property
    def lane(self) -> Lane:
        return self.happened.program, self.happened.track

    @property
    def name(self) -> str:
        """The name of its call."""
        return self.call.name if self.call else ""

    @property
    def role(self) -> str:
        """What its call is for: a role of `reading.calls`."""
        return self.call.role if self.call else ""


ROUNDS = 6
"""So often the same must happen that it is folded."""
LONGEST = 100
"""Moments that one round may have."""


def tell(recording: Recording) -> tuple[Moment, ...]:
    """The moments of this recording in order, the last one its end."""
    return _Teller(recording).moments()


def fold(moments: Sequence[Moment], apart: int | None = None) -> tuple[Moment, ...]:
    """These moments, of each loop only the first round and the last.

    What stands between is one moment, `again`. Its rounds are the same but for
    the bytes, the texts and the values in them. The moment of the event `apart`
    is not folded.
    """
    numbers: dict[object, int] = {}
    shapes = [numbers.setdefault(_shape(m), len(numbers)) for m in moments]
    if apart is not None:
        shapes[find(moments, apart)] = -1
    later: list[int | None] = [None] * len(shapes)  # where each shape comes next
    seen: dict[int, int] = {}
    for index in range(len(shapes) - 1, -1, -1):
        later[index] = seen.get(shapes[index])
        seen[shapes[index]] = index
    folded: list[Moment] = []
    at = 0
    while at < len(moments):
        period, rounds = _loop(shapes, later, at)
        folded += moments[at : at + period]
        if rounds > 1:
            at, last = at + period, at + period * (rounds - 1)
            folded.append(_again(moments[at:last], rounds - 2))
            folded += moments[last : last + period]
            at = last
        at += period
    return tuple(folded)


def find(moments: Sequence[Moment], event: int) -> int:
    """Which of them is about the event of this index, or comes next after it."""
    about = (
        index
        for index, moment in enumerate(moments)
        if moment.event >= event or (moment.call and moment.call.start == event)
    )
    return next(about, len(moments) - 1)


def _shape(m: Moment) -> object:
    """What two moments have in common that are the same thing, done again."""
    event, did = m.happened, m.did
    return (
        *(m.kind, m.lane, m.line, m.name, m.marks, m.outside, event.waits_for),
        *(event.error and event.error.kind, event.new is None, event.text is None),
        *(did.deaf, did.first_close, did.unread > 0, did.stands, did.listening),
        did.took and (did.took.size > 0, did.took.end_of_file),
        event.stream == "stderr" and event.text,  # a traceback is read in full
        tuple(
            (a.kind, a.source, a.target, a.whole, a.size > 0) for a in did.all_arrows
        ),
    )


def _loop(shapes: list[int], later: list[int | None], at: int) -> tuple[int, int]:
    """How long a round is that begins here, and how often it is done; 1 and 1 if
    it is done too seldom."""
    next_one = later[at]
    while next_one is not None and (period := next_one - at) <= LONGEST:
        enough = at + period * (ROUNDS - 1)
        if shapes[at:enough] == shapes[next_one : enough + period]:
            end = enough + period
            while end < len(shapes) and shapes[end] == shapes[end - period]:
                end += 1
            return period, (end - at) // period
        next_one = later[next_one]
    return 1, 1


def _again(hidden: Sequence[Moment], times: int) -> Moment:
    last, event = hidden[-1], Event("again", *hidden[0].lane)
    return Moment(
        last.event, "again", event, ends=last.ends, times=times, hidden=tuple(hidden)
    )


class _Teller:
    """Walks over the events and remembers what it needs on the way."""

    def __init__(self, recording: Recording) -> None:
        self.events = recording.events
        self.calls = Calls(recording.events)
        self.links = Links(recording)
        self.answers: dict[int, list[int]] = defaultdict(list)
        """The events in which something returned to each socket."""
        for index, event in enumerate(self.events):
            if event.kind == "return":
                for socket in (event.socket, event.new):
                    if socket is not None:
                        self.answers[socket].append(index)
        self.drawn = {call.start: self._drawn_at(call) for call in self.calls}
        self.told: list[Moment] = []
        self.marks: list[Mark] = []
        self.late: list[Arrow] = []
        self.waits: dict[Lane, int] = {}

    def moments(self) -> tuple[Moment, ...]:
        for index, event in enumerate(self.events):
            self.marks += self.links.look(index, event)
            self.late += self.links.end_standing(event)
            if event.kind in ("call", "block", "return"):
                self._tell_call(index, event)
            else:
                self._tell(index, event)
        self._add(len(self.events), Event("end", 0), "end")
        return tuple(self.told)

    def _add(
        self,
        index: int,
        event: Event,
        kind: str,
        call: Call | None = None,
        did: Effect = NOTHING,
        outside: bool = False,
    ) -> None:
        line = event.line or (call.line if call else None)
        marks, ends = tuple(self.marks), self.links.listing.ends()
        waits = tuple(at for _, at in sorted(self.waits.items())) if outside else ()
        if self.late:
            did = replace(did, late=tuple(self.late))
        self.told.append(
            Moment(index, kind, event, line, call, did, marks, ends, outside, waits)
        )
        self.marks, self.late = [], []

    def _tell(self, index: int, event: Event) -> None:
        did = NOTHING
        if event.kind == "cut":
            self.links.lose_sight(event.program)
        if event.kind in ("exit", "gone"):
            left = [lane for lane in self.waits if lane[0] != event.program]
            self.waits = {lane: self.waits[lane] for lane in left}
            did = self.links.leave(event)
        elif event.kind in ("crash", "track_end"):
            self.waits.pop((event.program, event.track), None)
        if event.kind != "gone" or self.marks or self.late or did.arrows:
            self._add(index, event, event.kind, did=did)

    def _tell_call(self, index: int, event: Event) -> None:
        """A call begins, waits or returns: at one of these it is drawn."""
        lane, call = (event.program, event.track), self.calls.at(index)
        kind, outside = "call", False
        if event.kind == "block":
            self.waits[lane] = index
            kind, outside = "wait", self._nothing_goes_on(index)
        elif event.kind == "return" and self.waits.pop(lane, None) is not None:
            kind = "back"
        did = NOTHING
        if call is not None:
            drawn = self.drawn[call.start]
            if index == call.start != drawn:
                return  # it is shown where it blocks or returns
            if index == call.end and drawn == call.start and not call.error:
                return  # it was shown where it began
            if index == drawn:
                did = self.links.act(call, kind == "wait")
        self._add(index, event, kind, call, did, outside)

    def _nothing_goes_on(self, index: int) -> bool:
        """Does only something from outside end the wait that begins here?"""
        if index + 1 == len(self.events):
            return True
        event, call = self.events[index + 1], self.calls.at(index + 1)
        if event.kind != "return":
            return event.kind == "start"
        comes = call is not None and call.role in calls.AWAITS_OUTSIDE
        return comes or (event.error is not None and event.error.timed_out)

    def _drawn_at(self, call: Call) -> int:
        """The event at which what a call does is drawn.

        That is its return. But bytes travel as soon as a send that waits for
        room has begun; and where another program saw the effect of a call
        before it returned, the arrow must not come after its effect.
        """
        begins = call.start if call.wait is None else call.wait
        sends = call.role == calls.SENDS
        if call.end is None or (call.blocked and sends):
            return begins
        if call.asked.socket is None or not (sends or call.role == calls.CONNECTS):
            return call.end
        peer = self.links.held[call.asked.socket].peer
        answers = self.answers[peer.index] if peer else []
        first = bisect_right(answers, call.start)  # after it had begun
        seen = first < len(answers) and answers[first] < call.end
        return begins if seen else call.end
