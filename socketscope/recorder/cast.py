"""The cast: the programs and threads of a play, as the stage sees them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from socketscope.recorder.processes import Process


@dataclass(eq=False)
class Thread:
    """A thread of a watched program."""

    program: int
    number: int
    name: str
    state: str = "paused"
    """`paused` (until its turn), `running`, `blocked`, `outside` (running, but
    unseen: others no longer wait for it) or `ended`."""
    asked: int = 0
    """The number of its last question; the answer must name it."""
    line: int | None = None
    polls: int = 0
    """How often in a row it has asked for something and not got it."""
    wait: dict[str, Any] = field(default_factory=dict)
    """The `block` it is in."""
    deadline: float | None = None
    """When its wait is over, by the clock of the stage …"""
    due: float = 0.0
    """… and in real time."""
    limit: float = 0.0
    """The deadline of its last wait, and …"""
    until: float | None = None
    """… what tells whether the next is the rest of the same, by its library."""
    alike: int = 0
    """How often in a row a timeout woke it after the same as before."""
    _round: list[object] = field(default_factory=list)
    _last_round: list[object] = field(default_factory=list)

    def note(self, what: object) -> None:
        """Add to what it did since a timeout last woke it."""
        if len(self._round) < 1000:
            self._round.append(what)

    def end_round(self) -> None:
        """A timeout wakes it: compare what it did with the last time."""
        self.alike = self.alike + 1 if self._round == self._last_round else 0
        self._last_round, self._round = self._round, []

    @property
    def waits_for_keyboard(self) -> bool:
        return self.state == "blocked" and "the keyboard" in self.wait["waits_for"]


@dataclass(eq=False)
class Actor:
    """A watched program."""

    index: int
    name: str
    source: str
    process: Process
    threads: list[Thread]
    booted: bool = False
    """Its Python is up, and waits for the first turn."""
    started: bool = False
    leaving: bool = False
    """It has told its exit status, and is about to go."""
    ended: bool = False
    status: int | None = None
    signal: int | None = None
    """What ended it, if it did not end by itself."""
    crash: tuple[int | None, str] | None = None
    """Line and text of the first exception that nobody caught."""
    keyboard_ended: bool = False
    ports_sent: int = 0
    """How many of the ports' numbers it has been told."""
    sockets: dict[int, int] = field(default_factory=dict)
    """Its own numbers of sockets -> those of the recording."""
    cpu_at_word: float | None = None
    """Processor time used when it last told something, …"""
    cpu_seen: float | None = None
    """… when last looked at, …"""
    still_since: float = 0.0
    """… and since when that has not changed."""

    @property
    def live(self) -> list[Thread]:
        return [t for t in self.threads if t.state != "ended"]

    @property
    def is_running(self) -> bool:
        """Whether the others have to wait for it."""
        if not self.started or self.ended:
            return False
        return self.leaving or any(t.state == "running" for t in self.threads)

    @property
    def waits_for_keyboard(self) -> bool:
        return not self.ended and any(t.waits_for_keyboard for t in self.threads)

    def end(self) -> None:
        self.ended = True
        for thread in self.threads:
            thread.state = "ended"
