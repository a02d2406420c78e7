"""The stage: it starts the programs, gives them turns and records the play.

One thread, of all programs together, runs at a time. When it finishes a call
it waits for its next turn; when a call would block, it waits until it can go
on. The rules of turns:

1. The one who runs goes on until it waits; then the one who has been kept
   waiting for a turn the longest. (Another `order`: any of them, by a seeded
   choice, after each call.)
2. After each call, whoever is blocked and can now go on finishes its call at
   once, so that no picture shows a program blocked whose bytes lie there.
3. When nobody can go on: the next program starts; then the next line is typed,
   or the keyboard ends; then the earliest deadline passes, in real time.
4. When not even that can happen, it is a deadlock, or a server at rest.

So the order depends on nothing but the programs. Deadlines are compared by a
clock that only their passing moves: how long computing took does not count.
"""

from __future__ import annotations

import importlib.util
import os
import platform
import queue
import random
import socket
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from dataclasses import replace as dataclass_replace
from pathlib import Path
from typing import Any

from socketscope import kernel
from socketscope.process import Mail, Message, Process
from socketscope.recording import (
    Address,
    Event,
    Program,
    Recording,
    Socket,
    TcpState,
    Verdict,
    Wait,
)
from socketscope.verdict import Cause, Ending, judge

TIMEOUT = 20.0
"""Seconds that a recording may take."""
BOOT = 10.0
"""Seconds that Python itself may take to start a program."""
SETTLE = 0.5
"""Seconds that the operating system may take to deliver what was sent."""
STILL = 0.05
"""A running thread whose program sleeps for so long waits for something that
the recorder does not see."""
BUSY = 1.0
"""Seconds of processor time without a word: an endless loop."""
PATIENCE = 0.2
"""How long those who wait unseen may hold up what happens next."""
LAST_PATIENCE = 1.5
"""How long they are waited for when nothing else can happen."""
ALIKE = 3
"""Rounds of the same timers, nothing new between, that make it idle."""
FIRST_CLIENT_PORT = 50001

QUIET_CALLS = frozenset(
    "socket setsockopt getsockopt settimeout setblocking getsockname getpeername"
    " makefile sleep join acquire wait wait_for get put result input readline"
    " select poll".split()
)
"""Calls after which the operating system's view is the same as before."""


class CannotRecord(Exception):
    """Nothing could be recorded; the message is a sentence for the user."""


@dataclass(eq=False)
class Thread:
    """A thread of a watched program, as the stage sees it."""

    program: int
    number: int
    name: str
    state: str = "paused"
    """`paused` (until its turn), `running`, `blocked`, `outside` (running, but
    unseen: others no longer wait for it) or `ended`."""
    asked: int = 0
    """The number of its last question; the answer must name it."""
    line: int | None = None
    wait: dict[str, Any] = field(default_factory=dict)
    """The `block` it is in."""
    deadline: float | None = None
    """When its wait is over, by the clock of the stage …"""
    due: float = 0.0
    """… and in real time."""
    round: list[object] = field(default_factory=list)
    """What it did since a timeout last woke it …"""
    last_round: list[object] = field(default_factory=list)
    alike: int = 0
    """… and how often that was the same as before."""


@dataclass(eq=False)
class Actor:
    """A watched program, as the stage sees it."""

    index: int
    name: str
    source: str
    process: Process
    threads: list[Thread]
    booted: bool = False
    started: bool = False
    leaving: bool = False
    ended: bool = False
    status: int | None = None
    crash: tuple[int | None, str] | None = None
    typed_out: bool = False
    """Its keyboard has ended."""
    ports_sent: int = 0
    sockets: dict[int, int] = field(default_factory=dict)
    """Its own numbers of sockets -> those of the recording."""
    cpu_at_word: float = 0.0
    """Processor time used when it last told something."""
    cpu_seen: float = -1.0
    still_since: float = 0.0

    @property
    def live(self) -> list[Thread]:
        return [t for t in self.threads if t.state != "ended"]


@dataclass
class Held:
    """A socket of the recording, with its real addresses."""

    shown: Socket
    local: Address | None = None
    remote: Address | None = None
    open: bool = True


Script = str | os.PathLike[str] | Sequence[str]
Typed = Iterable[str | tuple[int, str]]


def watch(
    server: Script,
    *clients: Script,
    typed: Typed = (),
    order: int = 0,
    free: bool = False,
    real_port: bool = False,
    timeout: float = TIMEOUT,
    cwd: str | os.PathLike[str] | None = None,
) -> Recording:
    """Run the programs, unmodified, and return what happened.

    Each program is a path, or a list of a path and its arguments. `typed` are
    the lines that people type, in order: a string goes to the first client (to
    the server if there is none), a pair `(2, "hello")` to the program of that
    index, the server's being 0. When its lines are used up, a program that
    waits for the keyboard reads the end of it. `order` other than 0 chooses
    another order of turns; `free` lets the programs run without turns;
    `real_port` binds the very ports that the programs name. After `timeout`
    seconds the recording ends, whatever the programs do. `cwd` is the folder
    in which they run, and from which their paths count.

    Raises `CannotRecord` if a program cannot be read.
    """
    lines = [
        item if isinstance(item, tuple) else (1 if clients else 0, item)
        for item in typed
    ]
    stage = Stage(order, free, real_port, timeout, lines)
    try:
        for program in (server, *clients):
            stage.add(program, cwd)
        for index, _ in lines:
            if not 0 <= index < len(stage.actors):
                raise CannotRecord(
                    f"There is no program {index} to type to: the programs are "
                    f"numbered from 0 to {len(stage.actors) - 1}."
                )
        stage.play()
    finally:
        stage.clear()
    return stage.recording()


class Stage:
    """One recording in the making."""

    def __init__(
        self,
        order: int,
        free: bool,
        real_port: bool,
        timeout: float,
        typed: list[tuple[int, str]],
    ) -> None:
        self.order = order
        self.free = free
        self.real_port = real_port
        self.timeout = timeout
        self.typed = typed
        self.choice = random.Random(order)
        self.mail: Mail = queue.SimpleQueue()
        self.actors: list[Actor] = []
        self.events: list[tuple[int, Event]] = []
        self.sockets: list[Held] = []
        self.pairs: set[tuple[Address, Address]] = set()
        self.mapped: list[int] = []
        self.port_news: list[tuple[int, int]] = []
        self.shown_port: dict[int, int] = {}
        self.next_client_port = FIRST_CLIENT_PORT
        self.reserved: list[socket.socket] = []
        self.source = kernel.best_source(lambda: [a.process.pid for a in self.actors])
        self.tcp: tuple[TcpState, ...] = ()
        self.stuck: frozenset[object] = frozenset()
        self.paused: list[Thread] = []
        self.current: Thread | None = None
        self.clock = 0.0
        self.started_at = self.last_word = time.monotonic()
        self.order_fixed = not free and not real_port
        self.unseen: set[tuple[int, str]] = set()
        self.cuts: list[str] = []
        self.unserved: dict[tuple[int, int], None] = {}
        self.ready: list[int] | None = None
        self.where: dict[int, int | None] | None = None
        self.cause = Cause()
        self.verdict = Verdict("", "")

    # -- the programs ------------------------------------------------------

    def add(self, program: Script, cwd: str | os.PathLike[str] | None) -> None:
        """Start a program's process; it waits until its turn comes."""
        single = isinstance(program, (str, os.PathLike))
        command = [os.fspath(program)] if single else [os.fspath(p) for p in program]  # type: ignore[arg-type, union-attr]
        path = Path(cwd or ".", command[0])
        source = _read_source(path, command[0])
        index = len(self.actors)
        how = ",".join(["free" if self.free else "turns"] + ["real"] * self.real_port)
        try:
            process = Process(index, how, command, cwd, self.mail)
        except OSError as error:
            raise CannotRecord(f"{path.name} cannot be started: {error}.") from None
        main = Thread(index, 0, "MainThread")
        self.actors.append(Actor(index, path.name, source, process, [main]))

    def clear(self) -> None:
        """Leave no process and no descriptor behind."""
        for actor in self.actors:
            actor.process.end(sweep=(actor.index, "processes") in self.unseen)
        for reserved in self.reserved:
            reserved.close()
        if isinstance(self.source, kernel.Netlink):
            self.source.close()

    def play(self) -> None:
        """Record until the programs end or nothing more can happen."""
        if self.free:
            self._play_free()
        while not self._is_over():
            thread = self._next()
            if thread is not None:
                self._give_turn(thread)
            else:
                self._bring_something_about()
        self.verdict = self._judge()

    def _is_over(self) -> bool:
        if self.cause.kind:
            return True
        if self._time_left() <= 0:
            self.cause = Cause("time", self.timeout)
            return True
        return all(actor.ended for actor in self.actors)

    def _time_left(self) -> float:
        return self.started_at + self.timeout - time.monotonic()

    def _threads(self, *states: str) -> list[Thread]:
        return [
            t for a in self.actors if a.started for t in a.threads if t.state in states
        ]

    # -- whose turn it is --------------------------------------------------

    def _next(self) -> Thread | None:
        if not self.paused:
            return None
        if self.order:
            return self.choice.choice(self.paused)
        return self.current if self.current in self.paused else self.paused[0]

    def _give_turn(self, thread: Thread) -> None:
        self.current = thread
        self._go(thread)
        if not self.free:
            self._until_quiet()
            self._wake()

    def _go(self, thread: Thread, value: object = None) -> None:
        """Let a thread run: answer the question in which it waits."""
        if thread in self.paused:
            self.paused.remove(thread)
        thread.state = "running"
        actor = self.actors[thread.program]
        self._reset_silence(actor)
        self._command(actor, "go", thread.number, thread.asked, value)

    def _command(
        self,
        actor: Actor,
        what: str,
        number: int = 0,
        asked: int = 0,
        value: Any = None,
    ) -> None:
        news = self.port_news[actor.ports_sent :]
        actor.ports_sent = len(self.port_news)
        actor.process.send(what, number, asked, value, news)

    def _until_quiet(self) -> None:
        """Hear what those who run have to tell, until none of them runs."""
        while not self.cause.kind and self._is_anyone_running():
            if not self._hear(0.02):
                self._look_at_the_silent()
                if self._time_left() <= 0:
                    return

    def _is_anyone_running(self) -> bool:
        return any(
            not actor.ended
            and (actor.leaving or any(t.state == "running" for t in actor.threads))
            for actor in self.actors
            if actor.started
        )

    def _wake(self) -> None:
        """Let the blocked who now can go on finish their calls."""
        woken = True
        while woken and not self.cause.kind and self._time_left() > 0:
            woken = False
            for actor in self.actors:
                for number in self._ask_who_is_ready(actor):
                    thread = actor.threads[number]
                    if thread.state == "blocked":
                        self._go(thread)
                        self._until_quiet()
                        woken = True

    def _wake_unless_free(self) -> None:
        if not self.free:
            self._wake()

    def _ask_who_is_ready(self, actor: Actor) -> list[int]:
        if actor.ended or not any(t.state == "blocked" for t in actor.threads):
            return []
        self.ready = None
        self._command(actor, "ready")
        until = time.monotonic() + 2
        while self.ready is None and not actor.ended and time.monotonic() < until:
            self._hear(0.05)
        return sorted(self.ready or [])

    # -- when nobody can go on by himself ----------------------------------

    def _bring_something_about(self) -> None:
        unseen = self._someone_is_unseen()
        if unseen and self._wait_for_the_unseen(PATIENCE):
            return
        if self._start_next() or self._type() or self._end_keyboard():
            return
        if self._pass_deadline():
            return
        if self._type(out_of_order=True):
            return
        if unseen and self._wait_for_the_unseen(LAST_PATIENCE):
            return
        self._conclude()

    def _someone_is_unseen(self) -> bool:
        """Whether something may still happen that the stage does not bring about."""
        return (
            bool(self._threads("outside"))
            or any(kind in ("processes", "exec", "blind") for _, kind in self.unseen)
            or any(t.wait.get("unsteady") for t in self._threads("blocked"))
        )

    def _wait_for_the_unseen(self, patience: float) -> bool:
        """Whether something happened, after all, within so many seconds."""
        while time.monotonic() - self.last_word < patience:
            if self._hear(0.02) or self.paused:
                return True
            self._wake()
            if self.paused or self._time_left() <= 0:
                return True
        return False

    def _start_next(self) -> bool:
        actor = next((a for a in self.actors if not a.started), None)
        if actor is None:
            return False
        until = time.monotonic() + BOOT
        while not actor.booted and not actor.ended and time.monotonic() < until:
            self._hear(0.1)
        actor.started = True
        self._record(actor.threads[0], "start", {})
        if not actor.booted:
            for thread in actor.threads:
                thread.state = "ended"
            actor.ended = True
            return True
        self._give_turn(actor.threads[0])
        return True

    def _type(self, out_of_order: bool = False) -> bool:
        """Type the next line, if its program waits for the keyboard."""
        self.typed = [item for item in self.typed if not self.actors[item[0]].ended]
        for index, line in self.typed:
            actor = self.actors[index]
            if _waits_for_keyboard(actor):
                self.typed.remove((index, line))
                self._command(actor, "type", value=(line + "\n").encode())
                self._wake_unless_free()
                return True
            if not out_of_order:
                break
        return False

    def _end_keyboard(self) -> bool:
        for actor in self.actors:
            if (
                _waits_for_keyboard(actor)
                and not actor.typed_out
                and all(index != actor.index for index, _ in self.typed)
            ):
                actor.typed_out = True
                self._command(actor, "eof")
                self._wake_unless_free()
                return True
        return False

    def _pass_deadline(self) -> bool:
        """Let the earliest timeout come."""
        timers = [t for t in self._threads("blocked") if t.deadline is not None]
        if not timers:
            return False
        if all(t.alike >= ALIKE - 1 for t in timers):
            self.cause = Cause("rounds", 0, _keys(timers))
            return True
        first = min(timers, key=lambda t: (t.deadline, t.program, t.number))
        if first.due - time.monotonic() > self._time_left():
            self.cause = Cause("time", self.timeout, _keys(timers))
            return True
        while (left := first.due - time.monotonic()) > 0:
            heard = self._hear(min(left, 0.02) if self._someone_is_unseen() else left)
            if self._someone_is_unseen():
                self._wake()
            if heard and (self.paused or first.state != "blocked"):
                return True
        assert first.deadline is not None
        self.clock = max(self.clock, first.deadline)
        self.current = first
        self._go(first, "late")
        self._until_quiet()
        self._wake()
        return True

    def _conclude(self) -> None:
        spinning = [t for t in self._threads("outside") if self._is_spinning(t)]
        self.cause = Cause("busy" if spinning else "stuck")

    # -- those who say nothing ---------------------------------------------

    def _reset_silence(self, actor: Actor) -> None:
        actor.cpu_seen = -1.0
        actor.cpu_at_word = -1.0

    def _look_at_the_silent(self) -> None:
        """See whether who runs and says nothing computes, or waits unseen."""
        for actor in self.actors:
            running = [t for t in actor.threads if t.state == "running"]
            if not actor.started or actor.ended or actor.leaving or not running:
                continue
            cpu, now = actor.process.cpu_seconds(), time.monotonic()
            if actor.cpu_at_word < 0:
                actor.cpu_at_word = cpu
            if cpu != actor.cpu_seen or not actor.process.is_asleep():
                actor.cpu_seen, actor.still_since = cpu, now
            if now - actor.still_since >= STILL:
                self._confirm_outside(actor, running)
            elif cpu - actor.cpu_at_word >= BUSY:
                if self.paused or any(
                    t.deadline is not None for t in self._threads("blocked")
                ):
                    self._leave_outside(running)
                else:
                    self.cause = Cause("busy")

    def _confirm_outside(self, actor: Actor, running: list[Thread]) -> None:
        # Its answer comes after whatever it told before, down the same pipe.
        self.ready = None
        self._command(actor, "ready")
        until = time.monotonic() + 0.5
        while self.ready is None and time.monotonic() < until:
            self._hear(0.05)
        self._leave_outside([t for t in running if t.state == "running"])

    def _leave_outside(self, threads: list[Thread]) -> None:
        for thread in threads:
            thread.state = "outside"
            self.order_fixed = False
            self.last_word = time.monotonic()

    def _is_spinning(self, thread: Thread) -> bool:
        return not self.actors[thread.program].process.is_asleep()

    def _lines_now(self, actor: Actor) -> dict[int, int | None]:
        """Where each thread of a program is, as far as it can still say."""
        if actor.ended or not actor.booted:
            return {}
        self.where = None
        self._command(actor, "where")
        until = time.monotonic() + 0.5
        while self.where is None and time.monotonic() < until:
            self._hear(0.05)
        return self.where or {}

    # -- hearing -----------------------------------------------------------

    def _hear(self, seconds: float) -> bool:
        """Take in one message; False if none came in so many seconds."""
        try:
            index, message = self.mail.get(timeout=max(seconds, 0.0001))
        except queue.Empty:
            return False
        actor = self.actors[index]
        self._take_in(actor, message)
        return True

    def _take_in(self, actor: Actor, message: Message) -> None:
        number, kind, fields, at = message
        if kind == "ready":
            self.ready = fields["ready"]
            return
        if kind == "where":
            self.where = fields["lines"]
            return
        self.last_word = time.monotonic()
        self._reset_silence(actor)
        thread = actor.threads[number]
        asked = fields.pop("asked", None)
        if asked is not None:
            thread.asked = asked
        if fields.get("line") is not None:
            thread.line = fields["line"]
        method = getattr(self, f"_on_{kind}", None)
        if method is not None:
            method(actor, thread, fields, at)
        else:
            self._record(thread, kind, fields, at)

    def _on_start(self, actor: Actor, *_: Any) -> None:
        actor.booted = True

    def _on_socket(
        self, actor: Actor, thread: Thread, fields: dict[str, Any], at: int
    ) -> None:
        number = fields.pop("number")
        if number not in actor.sockets:
            actor.sockets[number] = len(self.sockets)
            self.sockets.append(Held(Socket(actor.index, **fields)))
            if fields.get("type") == "SOCK_DGRAM":
                self.unseen.add((actor.index, "udp"))
            return
        held = self.sockets[actor.sockets[number]]
        if "name" in fields:
            held.shown = dataclass_replace(held.shown, name=fields["name"])
            return
        held.local, held.remote = (_plain(fields[end]) for end in ("local", "remote"))
        if held.local is not None and held.remote is not None:
            self.pairs.add((held.local, held.remote))
        if held.local is not None:
            self._name_port(held.local[1])
        if held.remote is not None and _is_loopback(held.remote[0]):
            self._name_port(held.remote[1])
        held.shown = dataclass_replace(
            held.shown, local=self._shown(held.local), remote=self._shown(held.remote)
        )

    def _on_mapped(
        self, actor: Actor, thread: Thread, fields: dict[str, Any], at: int
    ) -> None:
        self._map_port(fields["shown"], fields["real"])
        if fields["shown"] not in self.mapped:
            self.mapped.append(fields["shown"])

    def _on_name_port(
        self, actor: Actor, thread: Thread, fields: dict[str, Any], at: int
    ) -> None:
        self._name_port(fields["port"])
        self._go(thread)

    def _on_nobody_at(
        self, actor: Actor, thread: Thread, fields: dict[str, Any], at: int
    ) -> None:
        """Find a port that refuses, to stand for one that nobody here has."""
        reserved = socket.socket()
        reserved.bind(("127.0.0.1", 0))
        self.reserved.append(reserved)
        self._map_port(fields["port"], reserved.getsockname()[1])
        self.unserved[(actor.index, fields["port"])] = None
        self._go(thread)

    def _on_thread(
        self, actor: Actor, thread: Thread, fields: dict[str, Any], at: int
    ) -> None:
        new = Thread(actor.index, fields["new"], fields["text"])
        actor.threads.append(new)
        if self.free:
            new.state = "running"
        else:
            self.paused.append(new)
        place = {"text": new.name, "line": fields.get("line")}
        self._record(new, "thread", place, at)

    def _on_thread_end(
        self, actor: Actor, thread: Thread, fields: dict[str, Any], at: int
    ) -> None:
        self._record(thread, "thread_end", {}, at)
        self._end_thread(thread)

    def _on_block(
        self, actor: Actor, thread: Thread, fields: dict[str, Any], at: int
    ) -> None:
        told = fields.pop("told")
        unsteady = fields.pop("unsteady", False)
        thread.state = "blocked"
        thread.wait = {**fields, "unsteady": unsteady}
        seconds = fields.get("timeout")
        thread.deadline = None if seconds is None else self.clock + seconds
        thread.due = time.monotonic() + (seconds or 0)
        if unsteady:
            # The operating system will try again by timers of its own.
            self.order_fixed = False
        if told:
            self._record(thread, "block", fields, at)
        else:
            self._add_to_round(thread, ("block", fields.get("line")))

    def _on_again(self, actor: Actor, thread: Thread, *_: Any) -> None:
        thread.state = "blocked"

    def _on_resume(self, actor: Actor, thread: Thread, *_: Any) -> None:
        thread.state = "running"
        thread.deadline = None

    def _on_return(
        self, actor: Actor, thread: Thread, fields: dict[str, Any], at: int
    ) -> None:
        yields = fields.pop("yields", False)
        late = fields.pop("late", False)
        if fields["call"] in ("close", "detach") and "error" not in fields:
            self.sockets[actor.sockets[fields["socket"]]].open = False
        was_waiting, thread.wait, thread.deadline = thread.wait, {}, None
        self._record(thread, "return", fields, at)
        if late:
            self._end_round(thread)
        elif was_waiting or "size" in fields:
            self._note_news()
        if self.free:
            thread.state = "running"
        elif thread.state != "paused" and fields.get("result") != "dropped":
            self._pause(thread, yields)

    def _on_pause(
        self, actor: Actor, thread: Thread, fields: dict[str, Any], at: int
    ) -> None:
        thread.wait, thread.deadline = {}, None
        self._pause(thread, fields["yields"])

    def _pause(self, thread: Thread, yields: bool) -> None:
        thread.state = "paused"
        self.paused.append(thread)
        if yields and self.current is thread:
            self.current = None

    def _on_crash(
        self, actor: Actor, thread: Thread, fields: dict[str, Any], at: int
    ) -> None:
        if actor.crash is None:
            actor.crash = (fields.get("line"), fields["error"])
        self._record(thread, "crash", fields, at)

    def _on_exit(
        self, actor: Actor, thread: Thread, fields: dict[str, Any], at: int
    ) -> None:
        actor.status = int(fields["result"])
        self._record(thread, "exit", fields, at)
        actor.leaving = True
        self._go(thread)

    def _on_gone(
        self, actor: Actor, thread: Thread, fields: dict[str, Any], at: int
    ) -> None:
        status = fields["status"]
        if not actor.leaving:  # it left in a hurry: os._exit, or a signal
            actor.status = status if status >= 0 else 128 - status
            self._record(actor.threads[0], "exit", {"result": str(actor.status)}, at)
        actor.ended = True
        for each in actor.threads:
            self._end_thread(each)
        for number in actor.sockets.values():
            self.sockets[number].open = False
        self._note_news()
        self._record(actor.threads[0], "gone", {}, at)

    def _on_silent(self, actor: Actor, *_: Any) -> None:
        """Its wire is cut: it ends, or it closed descriptors not its own."""
        if not actor.leaving:
            self.unseen.add((actor.index, "blind"))
            for thread in actor.threads:
                self._end_thread(thread)
            actor.threads[0].state = "outside"

    def _on_stray(
        self, actor: Actor, thread: Thread, fields: dict[str, Any], at: int
    ) -> None:
        self.order_fixed = False
        self.unseen.add((actor.index, "stray"))
        self._record(actor.threads[0], "output", {**fields, "stream": "stdout"}, at)

    def _on_unseen(
        self, actor: Actor, thread: Thread, fields: dict[str, Any], at: int
    ) -> None:
        self.unseen.add((actor.index, fields["what"]))
        if fields["what"] in ("processes", "exec"):
            self.order_fixed = False

    def _on_cut(
        self, actor: Actor, thread: Thread, fields: dict[str, Any], at: int
    ) -> None:
        self.cuts.append(f"{actor.name}: {fields['text']} are left out.")

    def _end_thread(self, thread: Thread) -> None:
        thread.state = "ended"
        if thread in self.paused:
            self.paused.remove(thread)

    # -- rounds of timers --------------------------------------------------

    def _add_to_round(self, thread: Thread, sign: object) -> None:
        if len(thread.round) < 1000:
            thread.round.append(sign)

    def _end_round(self, thread: Thread) -> None:
        same = thread.round == thread.last_round
        thread.alike = thread.alike + 1 if same else 0
        thread.last_round, thread.round = thread.round, []

    def _note_news(self) -> None:
        for actor in self.actors:
            for thread in actor.threads:
                thread.alike = 0

    # -- ports -------------------------------------------------------------

    def _map_port(self, shown: int, real: int) -> None:
        self.shown_port[real] = shown
        self.port_news.append((shown, real))

    def _name_port(self, real: int) -> None:
        """Give a port that the operating system chose a name that lasts."""
        if real not in self.shown_port and not self.real_port:
            self._map_port(self.next_client_port, real)
            self.next_client_port += 1

    def _shown(self, address: Address | None) -> Address | None:
        if address is None:
            return None
        return (address[0], self.shown_port.get(address[1], address[1]))

    # -- recording ---------------------------------------------------------

    def _record(
        self, thread: Thread, kind: str, fields: dict[str, Any], at: int = 0
    ) -> None:
        actor = self.actors[thread.program]
        for name in ("socket", "new"):
            if fields.get(name) is not None:
                fields[name] = actor.sockets[fields[name]]
        if "sockets" in fields:
            fields["sockets"] = tuple(actor.sockets[n] for n in fields["sockets"])
        event = Event(kind, thread.program, thread.number, **fields)
        if kind != "call":
            self._add_to_round(thread, event)
        if self._may_have_changed(event):
            event = dataclass_replace(event, tcp=self._look_at_tcp())
        self.events.append((at, event))

    def _may_have_changed(self, event: Event) -> bool:
        if event.kind in ("return", "block"):
            return event.socket is not None and event.call not in QUIET_CALLS
        return event.kind == "gone"

    def _look_at_tcp(self) -> tuple[TcpState, ...] | None:
        """What the operating system sees now; None if nothing changed."""
        if self.source is None:
            return None
        until = time.monotonic() + SETTLE
        pause = 0.0005
        while True:
            found = self._relevant(self.source())
            moving = kernel.in_flight(c for c, _ in found) - self.stuck
            if self.free or not moving:
                break
            if time.monotonic() > until:
                self.stuck = moving | self.stuck
                break
            time.sleep(pause)
            pause = min(pause * 1.5, 0.01)
        states = []
        for c, number in found:
            local, remote = self._shown(c.local), self._shown(c.remote)
            assert local is not None
            states.append(TcpState(local, remote, c.state, c.waiting, number))
        states.sort(key=lambda s: (s.local, s.remote or ("", 0)))
        tcp = tuple(states)
        if tcp == self.tcp:
            return None
        self.tcp = tcp
        return tcp

    def _relevant(
        self, found: Iterable[kernel.Connection]
    ) -> list[tuple[kernel.Connection, int | None]]:
        """The connections of our programs, each with its socket's number."""
        held = {(h.local, h.remote): n for n, h in enumerate(self.sockets) if h.open}
        ours = []
        for c in found:
            number = held.get((c.local, c.remote))
            if c.remote is None:
                if number is not None:
                    ours.append((c, number))
            elif (c.local, c.remote) in self.pairs or (c.remote, c.local) in self.pairs:
                self.pairs.add((c.local, c.remote))
                ours.append((c, number))
        return ours

    def recording(self) -> Recording:
        """What was recorded."""
        if self.free:
            self.events.sort(key=lambda timed: timed[0])
        return Recording(
            programs=tuple(
                Program(a.name, a.source, tuple(t.name for t in a.threads), a.status)
                for a in self.actors
            ),
            sockets=tuple(held.shown for held in self.sockets),
            events=tuple(event for _, event in self.events),
            verdict=self.verdict,
            python=platform.python_version(),
            system=platform.system(),
            turns=not self.free,
            order=self.order,
            order_fixed=self.order_fixed,
            mapped_ports=tuple(self.mapped),
            notes=tuple(self._notes()),
        )

    # -- a free run --------------------------------------------------------

    def _play_free(self) -> None:
        """Let the programs run as they like, and only listen."""
        self._start_next()
        while not self._is_over():
            heard = self._hear(0.01)
            if self._type(out_of_order=True) or heard:
                continue
            quiet = time.monotonic() - self.last_word
            if self._is_anyone_running():
                self._look_at_the_silent()
                continue
            if quiet > FREE_PAUSE and (self._start_next() or self._end_keyboard()):
                continue
            timers = [t for t in self._threads("blocked") if t.deadline is not None]
            if timers and all(t.alike >= ALIKE - 1 for t in timers):
                self.cause = Cause("rounds", 0, _keys(timers))
            elif not timers and quiet > (
                LAST_PATIENCE if self._someone_is_unseen() else FREE_QUIET
            ):
                self._conclude()

    # -- the end -----------------------------------------------------------

    def _judge(self) -> Verdict:
        return judge([self._ending(actor) for actor in self.actors], self.cause)

    def _ending(self, actor: Actor) -> Ending:
        running = not actor.ended and any(
            t.state in ("running", "outside") and self._is_spinning(t)
            for t in actor.threads
        )
        waits = []
        lines = self._lines_now(actor) if self._runs_unseen(actor) else {}
        for thread in actor.live if not actor.ended else ():
            wait = thread.wait if thread.state == "blocked" else {}
            line = wait.get("line", lines.get(thread.number, thread.line))
            call, why = wait.get("call"), wait.get("waits_for")
            waits.append(Wait(actor.index, thread.number, call, line, why))
        return Ending(
            actor.name,
            actor.ended,
            actor.status,
            actor.crash,
            tuple(waits),
            tuple(thread.name for thread in actor.threads),
            running,
        )

    def _runs_unseen(self, actor: Actor) -> bool:
        return any(t.state in ("running", "outside") for t in actor.threads)

    def _notes(self) -> list[str]:
        """What was arranged, and what could not be seen."""
        notes = []
        if self.free:
            notes.append("The programs ran freely; another run may differ.")
        else:
            notes.append("The recorder let the programs take turns.")
        if self.real_port:
            notes.append("Ports are the real ones; another run may show others.")
        elif self.mapped:
            ports = " and ".join(map(str, self.mapped))
            one = len(self.mapped) == 1
            notes.append(
                f"A free port stood in for {ports}."
                if one
                else f"Free ports stood in for {ports}."
            )
        for index, port in self.unserved:
            name = self.actors[index].name
            notes.append(
                f"{name} asked for port {port}, where no recorded program listened."
            )
        notes += [
            f"{self.actors[index].name} {UNSEEN[kind]}"
            for index, kind in sorted(self.unseen)
        ]
        notes += self.cuts
        for index, line in self.typed:
            notes.append(
                f"{self.actors[index].name} never read the typed line {line!r}."
            )
        if self.source is None:
            notes.append("The operating system's view could not be read here.")
        elif isinstance(self.source, kernel.PsUtil):
            notes.append("This system does not tell how many bytes wait unread.")
        return notes


FREE_PAUSE = 0.05
"""Seconds of silence after which, in a free run, everyone seems to wait."""
FREE_QUIET = 0.5
"""Seconds of silence after which nothing more is expected."""

UNSEEN = {
    "asyncio": "used asyncio: its calls are shown at the line that started the "
    "event loop, and what each task waits for is not seen.",
    "tls": "used TLS: the handshake and the bytes before encryption are not seen.",
    "udp": "used UDP: the operating system's view shows TCP only.",
    "processes": "started other processes: what they do is not seen.",
    "exec": "became another program: what that does is not seen.",
    "blind": "closed descriptors that it had not opened: the rest was not seen.",
    "stray": "printed past Python's own files; where in the order is not known.",
}


def _read_source(path: Path, name: str) -> str:
    """The script's text; raises `CannotRecord` if there is none."""
    try:
        data = path.read_bytes()
    except IsADirectoryError:
        raise CannotRecord(f"{name} is a folder, not a program.") from None
    except FileNotFoundError:
        raise CannotRecord(f"There is no file {name}.") from None
    except OSError as error:
        why = os.strerror(error.errno) if error.errno else str(error)
        raise CannotRecord(f"{name} cannot be read: {why}.") from None
    try:
        return importlib.util.decode_source(data)
    except (SyntaxError, UnicodeDecodeError):
        return data.decode("utf-8", "replace")


def _waits_for_keyboard(actor: Actor) -> bool:
    return not actor.ended and any(
        t.state == "blocked" and "the keyboard" in t.wait.get("waits_for", "")
        for t in actor.threads
    )


def _keys(threads: Iterable[Thread]) -> frozenset[tuple[int, int]]:
    return frozenset((t.program, t.number) for t in threads)


def _plain(address: Any) -> Address | None:
    return None if address is None else (kernel.plain_host(address[0]), address[1])


def _is_loopback(host: str) -> bool:
    return host == "::1" or host.startswith("127.")
