"""Whose turn it is: what happens next, given how all stand.

One thread, of all programs together, runs at a time. When it finishes a call
it waits for its next turn; when a call would block, it waits until it can go
on. The rules of turns:

1. The one who runs goes on until it waits; then the one who has been kept
   waiting for a turn the longest. (Another `order`: any of them, by a seeded
   choice, after each call.)
2. After each call, whoever is blocked and can now go on finishes its call at
   once, so that no picture shows a program blocked whose bytes lie there.
3. When nobody can go on: the next program starts; then the next line is typed;
   then the earliest deadline passes, in real time, unless a server is only back
   where it waited for its clients, and these have ended.
4. When not even that can happen, it is a deadlock, or somebody is at rest.

So the order depends on nothing but the programs. `Turns` and `Free` only look at
a cast and at figures: no clock, no process and no socket is asked here.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Protocol

from socketscope.recorder.cast import Actor, Cast, Thread

TICK = 0.02
"""Seconds of listening, before those who say nothing are looked at."""
PATIENCE = 0.2
"""How long those who wait unseen may hold up what happens next."""
LAST_PATIENCE = 1.5
"""How long they are waited for when nothing else can happen."""
POLLS = 5
"""Calls in vain in a row, after which someone only looks and does not wait."""
POLLS_IN_VAIN = 1000
"""And after which it is for nothing."""
ALIKE = 3
"""Rounds of the same timers, nothing new between, that make it idle."""
FREE_PAUSE = 0.05
"""Seconds of silence after which, in a free run, everyone seems to wait."""
FREE_QUIET = 0.5
"""Seconds of silence after which nothing more is expected."""


@dataclass(frozen=True)
class Time:
    """The figures of time that a choice depends on, in seconds."""

    now: float
    left: float
    """Until the recording ends."""
    silence: float
    """Since somebody last said something."""
    on_its_way: bool = False
    """The operating system had something to deliver that did not arrive."""


# -- what may happen next -----------------------------------------------------


@dataclass(frozen=True)
class Listen:
    """Nothing, for at most so many seconds."""

    seconds: float
    ask: bool = False
    """Then see whether what happened unseen lets a blocked thread go on."""


@dataclass(frozen=True)
class Ask:
    """See which of a program's blocked threads can go on."""

    actor: Actor


@dataclass(frozen=True)
class Go:
    """This thread goes on: it is its turn, or (`able`) its wait is over."""

    thread: Thread
    able: bool = False


@dataclass(frozen=True)
class Late:
    """This thread goes on because its time is up."""

    thread: Thread
    by_clock: bool = False
    """How far the others came until then depends on the machine."""


@dataclass(frozen=True)
class Start:
    actor: Actor


@dataclass(frozen=True)
class Type:
    item: tuple[int, str]


@dataclass(frozen=True)
class Conclude:
    """Nothing: the recording ends before its programs do."""

    because: str
    """`stuck` (nobody can go on), `rounds` (only the same timers pass),
    `polls` (all ask again and again, in vain), `busy` (a program computes and
    tells nothing), `memory` (one holds too much), `anew` (to be made again) or
    `time` (it is up)."""
    timers: frozenset[tuple[int, int]] = field(default_factory=frozenset)
    """Program and thread of those whose waits end by themselves."""


Step = Listen | Ask | Go | Late | Start | Type | Conclude


class Policy(Protocol):
    """Chooses what happens next."""

    takes_turns: bool

    def next(self, cast: Cast, time: Time) -> Step: ...


# -- the two policies ---------------------------------------------------------


class Turns:
    """One thread at a time; an `order` other than 0 chooses another one."""

    takes_turns = True

    def __init__(self, order: int) -> None:
        self.choice = random.Random(order) if order else None

    def next(self, cast: Cast, time: Time) -> Step:
        if cast.is_running:
            return Listen(TICK)
        if cast.able:
            return Go(cast.able[0], able=True)
        if cast.stirred:
            return Ask(cast.actors[min(cast.stirred)])
        if cast.paused and all(t.polls >= POLLS for t in cast.paused):
            relief = self._relief(cast, time)
            if relief is not None:
                return relief
        if cast.paused:
            return Go(self._whose_turn(cast))
        return self._when_nobody_can(cast, time)

    def _whose_turn(self, cast: Cast) -> Thread:
        if self.choice is not None:
            return self.choice.choice(cast.paused)
        is_there = cast.current is not None and cast.current in cast.paused
        return cast.current if is_there and cast.current else cast.paused[0]

    def _relief(self, cast: Cast, time: Time) -> Step | None:
        """For those who look, again and again, and do not wait."""
        if step := _from_outside(cast):
            return step
        timers = cast.timers
        if any(t.timer.due <= time.now for t in timers):
            # How often they have looked until then depends on the clock.
            return _deadline(timers, time, cast.someone_is_unseen, by_clock=True)
        if not timers and all(t.polls >= POLLS_IN_VAIN for t in cast.paused):
            return Conclude("stuck" if cast.at_keyboard else "polls")
        return None

    def _when_nobody_can(self, cast: Cast, time: Time) -> Step:
        unseen = cast.someone_is_unseen
        if unseen and time.silence < PATIENCE:
            return Listen(TICK, ask=True)
        if step := _from_outside(cast):
            return step
        if (timers := cast.timers) and not cast.is_at_rest:
            return _deadline(timers, time, unseen)
        if item := cast.next_line(out_of_order=True):
            return Type(item)
        if (unseen or time.on_its_way) and time.silence < LAST_PATIENCE:
            return Listen(TICK, ask=True)
        return Conclude("stuck")


class Free:
    """The programs run as they like; the stage only listens."""

    takes_turns = False

    def next(self, cast: Cast, time: Time) -> Step:
        first = cast.actors[0]
        if not first.started:
            return Start(first)
        if item := cast.next_line(out_of_order=True):
            return Type(item)
        if cast.is_running:
            return Listen(TICK / 2)
        if time.silence > FREE_PAUSE and (step := _from_outside(cast)):
            return step
        timers = cast.timers
        if timers and all(t.rounds.alike >= ALIKE - 1 for t in timers):
            return Conclude("rounds", keys(timers))
        patience = LAST_PATIENCE if cast.someone_is_unseen else FREE_QUIET
        if not timers and time.silence > patience:
            return Conclude("stuck")
        return Listen(TICK / 2)


def _from_outside(cast: Cast) -> Step | None:
    """The next thing that somebody outside the programs does."""
    if actor := cast.unstarted:
        return Start(actor)
    if item := cast.next_line():
        return Type(item)
    return None


def _deadline(
    timers: list[Thread], time: Time, unseen: bool, by_clock: bool = False
) -> Step:
    """Let the earliest timeout come."""
    if all(t.rounds.alike >= ALIKE - 1 for t in timers):
        return Conclude("rounds", keys(timers))
    first = min(timers, key=lambda t: (t.timer.limit, t.program, t.number))
    left = first.timer.due - time.now
    if left > time.left:
        return Conclude("time", keys(timers))
    if left > 0:
        return Listen(min(left, TICK) if unseen else left, ask=unseen)
    return Late(first, by_clock)


def keys(threads: list[Thread]) -> frozenset[tuple[int, int]]:
    return frozenset((t.program, t.number) for t in threads)
