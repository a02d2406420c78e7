"""The cast: the programs and threads of a play, and how they stand.

Plain figures: no process, no clock. What is heard changes them (`hearing`), and
whose turn it is follows from them alone (`turns`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from socketscope.recorder import wire

OUT_OF_SIGHT = frozenset({"processes", "exec", "blind", "alarm"})
"""What a program may do so that something happens unseen from then on."""
NEXT_CLIENT = frozenset({"client", "datagram"})
"""What a server waits for that is at rest."""
END = "\x04"
"""Typed as a line: the end of the keyboard's input, as Ctrl-D is on a terminal."""
INTERRUPT = "\x03"
"""Typed as a line: SIGINT, as Ctrl-C sends it on a terminal, whatever is waited for."""


@dataclass
class Rounds:
    """What a thread does between one timeout and the next."""

    alike: int = 0
    """How often in a row a timeout woke it after the same as before."""
    now: list[object] = field(default_factory=list)
    last: list[object] = field(default_factory=list)

    def note(self, what: object) -> None:
        if len(self.now) < 1000:
            self.now.append(what)

    def end(self) -> None:
        """A timeout wakes it: compare what it did with the last time."""
        self.alike = self.alike + 1 if self.now == self.last else 0
        self.last, self.now = self.now, []


@dataclass
class Timer:
    """When a thread's wait is over."""

    runs: bool = False
    limit: float = 0.0
    """By the clock of the cast, which only passing deadlines move …"""
    due: float = 0.0
    """… and in real time."""
    until: float | None = None
    """What tells whether the next wait is the rest of the same, by its library."""

    def set(self, block: wire.Block, clock: float, now: float) -> None:
        """Its thread is blocked, for the first time or for the rest of a wait."""
        if block.until is None or block.until != self.until:
            self.until = block.until
            self.due = now + (block.timeout or 0)
            self.limit = clock + (block.timeout or 0)
        self.runs = block.timeout is not None


@dataclass(eq=False)
class Thread:
    """A thread of a watched program."""

    program: int
    number: int
    name: str
    state: str = "paused"
    """`paused` (until its turn), `running`, `blocked`, `outside` (running, but
    unseen: others no longer wait for it), `frozen` or `ended`."""
    asked: int = 0
    """The number of its last question; the answer must name it."""
    line: int | None = None
    polls: int = 0
    """How often in a row it has asked for something and not got it."""
    wait: wire.Block | None = None
    """What it is blocked in."""
    places: set[object] = field(default_factory=set)
    """Where it has waited: call, line and reasons."""
    came_back: bool = False
    """It has waited before where it waits now."""
    timer: Timer = field(default_factory=Timer)
    rounds: Rounds = field(default_factory=Rounds)

    def block(self, wait: wire.Block) -> None:
        """It cannot go on."""
        place = wait.call, wait.line, wait.waits_for
        self.came_back = place in self.places
        self.places.add(place)
        self.state, self.wait = "blocked", wait

    @property
    def at_keyboard(self) -> bool:
        """It is blocked until something is typed."""
        keyboard = self.wait is not None and "keyboard" in self.wait.waits_for
        return self.state == "blocked" and keyboard


@dataclass
class Exit:
    """How a program ended."""

    status: int | None = None
    """As a shell would show it; None if it has not ended."""
    signal: int | None = None
    """What ended it, if it did not end by itself."""
    crashed: bool = False
    """There was an exception that nobody caught."""


@dataclass
class Silence:
    """A program that says nothing: does it compute, or wait unseen?"""

    cpu_at_word: float | None = None
    """Processor time used when it last told something."""
    seen: float | None = None
    """How much it had used since, when last looked at …"""
    still_since: float = 0.0
    """… and since when that has not changed."""

    def begin(self) -> None:
        """It has just told something."""
        self.cpu_at_word = self.seen = None


@dataclass(eq=False)
class Actor:
    """A watched program."""

    index: int
    name: str
    source: str
    threads: list[Thread]
    booted: bool = False
    """Its Python is up, and waits for the first turn."""
    started: bool = False
    leaving: bool = False
    """It has told its exit status, and is about to go."""
    ended: bool = False
    exit: Exit = field(default_factory=Exit)
    sockets: dict[int, int] = field(default_factory=dict)
    """Its own numbers of sockets -> those of the recording."""
    silence: Silence = field(default_factory=Silence)

    @property
    def is_running(self) -> bool:
        """Whether the others have to wait for it."""
        if not self.started or self.ended:
            return False
        return self.leaving or self.has("running")

    @property
    def at_keyboard(self) -> bool:
        return not self.ended and any(t.at_keyboard for t in self.threads)

    def has(self, *states: str) -> bool:
        """Whether one of its threads is in one of these states."""
        return any(thread.state in states for thread in self.threads)


class Cast:
    """All programs, and who waits for what to happen."""

    def __init__(self, typed: Iterable[tuple[int, str]]) -> None:
        self.actors: list[Actor] = []
        self.typed = list(typed)
        """Lines that are left to type, each with its program."""
        self.paused: list[Thread] = []
        """Those who wait for a turn, the longest first."""
        self.current: Thread | None = None
        """The one who had the last turn, unless it gave it away."""
        self.able: list[Thread] = []
        """Blocked ones who were found able to go on."""
        self.stirred: set[int] = set()
        """Programs whose blocked threads may have become able to go on."""
        self.unseen: set[tuple[int, str]] = set()
        """What is not seen, or not in its order: a program and a kind of note."""
        self.clock = 0.0
        """The deadlines that have passed; how long computing took does not count."""
        self.order_fixed = True
        """The same programs, typing and order give the same recording again."""

    def threads(self, *states: str) -> list[Thread]:
        """The threads of started programs that are in one of these states."""
        return [
            t for a in self.actors if a.started for t in a.threads if t.state in states
        ]

    @property
    def timers(self) -> list[Thread]:
        """Those whose waits end by themselves."""
        return [t for t in self.threads("blocked") if t.timer.runs]

    @property
    def is_running(self) -> bool:
        return any(actor.is_running for actor in self.actors)

    @property
    def someone_is_unseen(self) -> bool:
        """Whether something may still happen that the stage does not bring about."""
        return (
            bool(self.threads("outside"))
            or any(kind in OUT_OF_SIGHT for _, kind in self.unseen)
            or any(t.wait and t.wait.unsteady for t in self.threads("blocked"))
        )

    @property
    def is_at_rest(self) -> bool:
        """The clients have ended, and the server is back where it waited for one."""
        return (
            len(self.actors) > 1
            and all(actor.ended for actor in self.actors[1:])
            and not self.someone_is_unseen
            and all(
                t.came_back and t.wait and NEXT_CLIENT & set(t.wait.waits_for)
                for t in self.threads("blocked")
            )
        )

    @property
    def unstarted(self) -> Actor | None:
        """The program that starts next."""
        return next((actor for actor in self.actors if not actor.started), None)

    def next_line(self, out_of_order: bool = False) -> tuple[int, str] | None:
        """The line that can be typed now; in order, it is the next one or none.

        An end is typed as soon as the lines of its own program have been.
        """
        self.typed = [i for i in self.typed if not self.actors[i[0]].ended]
        busy: set[int] = set()
        for item in self.typed:
            index, text = item
            its_turn = out_of_order or item == self.typed[0] or text == END
            actor = self.actors[index]
            waits = actor.has("blocked") if text == INTERRUPT else actor.at_keyboard
            if its_turn and index not in busy and waits:
                return item
            busy.add(index)
        return None

    @property
    def at_keyboard(self) -> bool:
        """Somebody could type, and so things could go on."""
        return any(actor.at_keyboard for actor in self.actors)

    def stir(self) -> None:
        """Anyone who is blocked may be able to go on now."""
        self.stirred.update(range(len(self.actors)))

    def go(self, thread: Thread) -> None:
        """Its turn has come, or what it waited for."""
        if thread in self.paused:
            self.paused.remove(thread)
        thread.state = "running"

    def pause(self, thread: Thread, yields: bool) -> None:
        """It waits for its next turn."""
        thread.state = "paused"
        self.paused.append(thread)
        thread.polls = thread.polls + 1 if yields else 0
        if yields and self.current is thread:
            self.current = None

    def leave_outside(self, threads: Iterable[Thread]) -> None:
        """The others wait no longer for these, who do something unseen."""
        for thread in threads:
            thread.state = "outside"
            self.order_fixed = False

    def end(self, *threads: Thread, state: str = "ended") -> None:
        """They will do no more: they are over, or `frozen`."""
        for thread in threads:
            thread.state = state if thread.state != "ended" else "ended"
            for waiting in (self.paused, self.able):
                if thread in waiting:
                    waiting.remove(thread)

    def note_news(self) -> None:
        """Something happened: to look again, or to wait again, is not in vain."""
        for actor in self.actors:
            for thread in actor.threads:
                thread.rounds.alike = thread.polls = 0
