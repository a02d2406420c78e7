"""What the events of a recording mean, taken together.

`tell(recording)` returns one `Moment` for each thing worth showing, in order:
what happened, what it did to the links (`reading.links`), every end as it then
stood, and who waits.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from socketscope.reading import calls
from socketscope.reading.calls import Call, Calls, Lane
from socketscope.reading.ends import End, Mark
from socketscope.reading.links import NOTHING, Effect, Links
from socketscope.recording import Event, Recording


@dataclass(frozen=True)
class Moment:
    """One thing that happened, with what it did to the network."""

    event: int
    """Index into `Recording.events`; their number for the very end."""
    kind: str
    """`start`, `line`, `call` (over at once, or never answered), `wait`,
    `back` (a call that waited returns), `output`, `thread`, `thread_end`,
    `crash`, `exit`, `gone` or `end`."""
    happened: Event
    """That event; an empty one for the very end."""
    line: int | None = None
    call: Call | None = None
    """The call that this moment belongs to."""
    did: Effect = NOTHING
    marks: tuple[Mark, ...] = ()
    ends: tuple[End, ...] = ()
    waits: tuple[int, ...] = ()
    """Everyone who waits now: the index of each one's `block` event."""
    outside: bool = False
    """Everyone waits, and what goes on next comes from outside: a key, a
    timer, the start of a program."""

    @property
    def program(self) -> int:
        return self.happened.program

    @property
    def thread(self) -> int:
        return self.happened.thread

    @property
    def lane(self) -> Lane:
        return self.happened.program, self.happened.thread

    @property
    def name(self) -> str:
        """The name of its call."""
        return self.call.name if self.call else ""

    @property
    def role(self) -> str:
        """What its call is for: a role of `reading.calls`."""
        return self.call.role if self.call else ""


def tell(recording: Recording) -> tuple[Moment, ...]:
    """The moments of this recording in order, the last one its end."""
    return _Teller(recording).moments()


class _Teller:
    """Walks over the events and remembers what it needs on the way."""

    def __init__(self, recording: Recording) -> None:
        self.events = recording.events
        self.calls = Calls(recording.events)
        self.links = Links(recording)
        self.drawn = {call.start: self._drawn_at(call) for call in self.calls}
        self.told: list[Moment] = []
        self.marks: list[Mark] = []
        self.waits: dict[Lane, int] = {}

    def moments(self) -> tuple[Moment, ...]:
        for index, event in enumerate(self.events):
            self.marks += self.links.look(index, event)
            moment = self._moment(index, event)
            if moment is not None:
                self._add(moment)
        self._add(Moment(len(self.events), "end", Event("end", 0)))
        return tuple(self.told)

    def _add(self, moment: Moment) -> None:
        marks, ends = tuple(self.marks), self.links.ends()
        waits = tuple(event for _, event in sorted(self.waits.items()))
        self.told.append(replace(moment, marks=marks, ends=ends, waits=waits))
        self.marks = []

    def _moment(self, index: int, event: Event) -> Moment | None:
        call = self.calls.at(index)
        moment = Moment(index, event.kind, event, event.line, call)
        if event.kind in ("call", "block", "return"):
            return self._of_call(moment, call)
        if event.kind in ("exit", "gone"):
            for waiting in [w for w in self.waits if w[0] == event.program]:
                del self.waits[waiting]
            moment = replace(moment, did=self.links.leave(event))
            if event.kind == "gone" and not self.marks and not moment.did.arrows:
                return None
        elif event.kind in ("crash", "thread_end"):
            self.waits.pop(moment.lane, None)
        return moment

    def _of_call(self, moment: Moment, call: Call | None) -> Moment | None:
        """A call begins, waits or returns: at one of these it is drawn."""
        index = moment.event
        if moment.kind == "block":
            self.waits[moment.lane] = index
            outside = self._nothing_goes_on(index)
            moment = replace(moment, kind="wait", outside=outside)
        elif moment.kind == "return":
            waited = self.waits.pop(moment.lane, None) is not None
            moment = replace(moment, kind="back" if waited else "call")
        if call is None:
            return moment
        drawn = self.drawn[call.start]
        if index == call.start != drawn:
            return None  # it is shown where it blocks or returns
        if index == call.end and drawn == call.start and not call.error:
            return None  # it was shown where it began
        moment = replace(moment, line=moment.line or call.line)
        if drawn != index:
            return moment
        return replace(moment, did=self.links.act(call, moment.kind == "wait"))

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
        seen = peer is not None and any(
            other.kind == "return" and peer.index in (other.socket, other.new)
            for other in self.events[call.start + 1 : call.end]
        )
        return begins if seen else call.end
