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
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from socketscope.recorder import kernel
from socketscope.recorder.cast import Actor, Thread
from socketscope.recorder.ledger import Ledger
from socketscope.recorder.processes import Mail, Message, Process
from socketscope.recorder.verdict import Cause, Ending, judge
from socketscope.recording import (
    Event,
    Program,
    Recording,
    Verdict,
    Wait,
)

TIMEOUT = 20.0
"""Seconds that a recording may take."""
BOOT = 10.0
"""Seconds that Python itself may take to start a program."""
ANSWER = 1.0
"""Seconds that a program may take to answer while it runs its own code."""
STILL = 0.05
"""A running thread whose program sleeps for so long waits for something that
the recorder does not see."""
BUSY = 1.0
"""Seconds of processor time without a word: an endless loop."""
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


class CannotRecord(Exception):
    """Nothing could be recorded; the message is a sentence for the user."""


@dataclass(frozen=True)
class Heard:
    """What a thread told the stage."""

    actor: Actor
    thread: Thread
    fields: dict[str, Any]
    at: int
    """When, in nanoseconds."""
    asks: bool = False
    """It waits for an answer."""


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
        self.ledger = Ledger(real_port, not free, self._pids)
        self.reserved: dict[int, socket.socket] = {}
        self.paused: list[Thread] = []
        self.stirred: set[int] = set()
        """Programs whose blocked threads may have become able to go on."""
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
        for reserved in self.reserved.values():
            reserved.close()
        self.ledger.close()

    def play(self) -> None:
        """Record until the programs end or nothing more can happen."""
        if self.free:
            self._play_free()
        while not self._is_over():
            if self._is_anyone_running():
                self._until_quiet()
                self._wake()
            elif self._all_poll() and self._relieve_the_pollers():
                continue
            elif thread := self._next():
                self._give_turn(thread)
            else:
                self._bring_something_about()
        self.verdict = self._judge()

    def _is_over(self) -> bool:
        if self.cause.kind:
            return True
        if self._time_left() <= 0:
            self.cause = Cause("time", self.timeout)
            self.order_fixed = False  # how far it came depends on the machine
            return True
        return all(actor.ended for actor in self.actors)

    def _time_left(self) -> float:
        return self.started_at + self.timeout - time.monotonic()

    def _pids(self) -> list[int]:
        return [actor.process.pid for actor in self.actors]

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
        actor.cpu_seen = actor.cpu_at_word = None
        self._command(actor, "go", thread.number, thread.asked, value)

    def _command(
        self,
        actor: Actor,
        what: str,
        number: int = 0,
        asked: int = 0,
        value: Any = None,
    ) -> None:
        news = self.ledger.ports.news[actor.ports_sent :]
        actor.ports_sent += len(news)
        actor.process.send(what, number, asked, value, news)

    def _until_quiet(self) -> None:
        """Hear what those who run have to tell, until none of them runs."""
        while not self.cause.kind and self._is_anyone_running():
            if not self._hear(0.02):
                self._look_at_the_silent()
                if self._time_left() <= 0:
                    return

    def _is_anyone_running(self) -> bool:
        return any(actor.is_running for actor in self.actors)

    def _wake(self) -> None:
        """Let the blocked who now can go on finish their calls."""
        while self.stirred and not self.cause.kind and self._time_left() > 0:
            actor = self.actors[min(self.stirred)]
            self.stirred.discard(actor.index)
            for number in self._ask_who_is_ready(actor):
                thread = actor.threads[number]
                if thread.state == "blocked":
                    self._go(thread)
                    self._until_quiet()

    def _stir(self) -> None:
        self.stirred.update(range(len(self.actors)))

    def _wake_unless_free(self) -> None:
        if not self.free:
            self._wake()

    def _ask_who_is_ready(self, actor: Actor) -> list[int]:
        if actor.ended or not any(t.state == "blocked" for t in actor.threads):
            return []
        return sorted(self._ask_the_commander(actor) or [])

    def _ask_the_commander(self, actor: Actor) -> list[int] | None:
        """Which of its blocked threads are ready; None if there is no answer.

        There is none while some call of the script holds the interpreter. If
        all its threads wait for us, there is one, however busy the machine.
        """
        self.ready = None
        self._command(actor, "ready")
        asked = time.monotonic()
        while self.ready is None and not actor.ended:
            if not self._hear(0.05):
                waited = time.monotonic() - asked
                if waited > (ANSWER if self._runs(actor) else self.timeout):
                    break
        return self.ready

    def _runs(self, actor: Actor) -> bool:
        return any(t.state in ("running", "outside") for t in actor.threads)

    # -- when nobody can go on by himself ----------------------------------

    def _all_poll(self) -> bool:
        """Whether those who can run only look, again and again, in vain."""
        return bool(self.paused) and all(t.polls >= POLLS for t in self.paused)

    def _relieve_the_pollers(self) -> bool:
        """Bring something about, for those who look and do not wait."""
        if self._start_next() or self._type() or self._end_keyboard():
            return True
        timers = [t for t in self._threads("blocked") if t.deadline is not None]
        if any(t.due <= time.monotonic() for t in timers):
            self.order_fixed = False  # how often they looked depends on the clock
            return self._pass_deadline()
        if not timers and all(t.polls >= POLLS_IN_VAIN for t in self.paused):
            self.cause = Cause("busy")
            return True
        return False

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
        may_still_arrive = unseen or bool(self.ledger.stuck)
        if may_still_arrive and self._wait_for_the_unseen(LAST_PATIENCE):
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
            self._stir()
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
        main = actor.threads[0]
        self._record(Heard(actor, main, {}, time.monotonic_ns()), "start")
        if not actor.booted:
            actor.end()
            return True
        self._give_turn(main)
        return True

    def _type(self, out_of_order: bool = False) -> bool:
        """Type the next line, if its program waits for the keyboard."""
        self.typed = [item for item in self.typed if not self.actors[item[0]].ended]
        for index, line in self.typed:
            actor = self.actors[index]
            if actor.waits_for_keyboard:
                self.typed.remove((index, line))
                self._command(actor, "type", value=(line + "\n").encode())
                self.stirred.add(actor.index)
                self._wake_unless_free()
                return True
            if not out_of_order:
                break
        return False

    def _end_keyboard(self) -> bool:
        for actor in self.actors:
            if (
                actor.waits_for_keyboard
                and not actor.keyboard_ended
                and all(index != actor.index for index, _ in self.typed)
            ):
                actor.keyboard_ended = True
                self._command(actor, "eof")
                self.stirred.add(actor.index)
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
                self._stir()
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

    def _look_at_the_silent(self) -> None:
        """See whether who runs and says nothing computes, or waits unseen."""
        for actor in self.actors:
            running = [t for t in actor.threads if t.state == "running"]
            if not actor.started or actor.ended or actor.leaving or not running:
                continue
            cpu, now = actor.process.cpu_seconds(), time.monotonic()
            if actor.cpu_at_word is None:
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
                    self.order_fixed = False  # when we lost patience, too

    def _confirm_outside(self, actor: Actor, running: list[Thread]) -> None:
        # Its answer comes after whatever it told before, down the same pipe.
        self._ask_the_commander(actor)
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
        until = time.monotonic() + ANSWER
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
        actor.cpu_seen = actor.cpu_at_word = None
        # Its other threads may wait for what it did, with a lock for instance.
        self.stirred.add(actor.index)
        thread = actor.threads[number]
        asks = "asked" in fields
        thread.asked = fields.pop("asked", thread.asked)
        thread.line = fields.get("line") or thread.line
        heard = Heard(actor, thread, fields, at, asks)
        handler = getattr(self, f"_on_{kind}", None)
        if handler is not None:
            handler(heard)
        else:
            self._record(heard, kind)

    def _on_start(self, it: Heard) -> None:
        it.actor.booted = True

    def _on_socket(self, it: Heard) -> None:
        number = it.fields.pop("number")
        if number not in it.actor.sockets:
            it.actor.sockets[number] = self.ledger.add_socket(
                it.actor.index, **it.fields
            )
            if it.fields.get("type") == "SOCK_DGRAM":
                self.unseen.add((it.actor.index, "udp"))
        elif "name" in it.fields:
            self.ledger.name_socket(it.actor.sockets[number], it.fields["name"])
        else:
            self.ledger.place_socket(it.actor.sockets[number], **it.fields)

    def _on_mapped(self, it: Heard) -> None:
        self.ledger.ports.map(**it.fields)

    def _on_name_port(self, it: Heard) -> None:
        self.ledger.ports.name(it.fields["port"])
        self._go(it.thread)

    def _on_nobody_at(self, it: Heard) -> None:
        """Find a port that refuses, to stand for one that nobody here has."""
        port = it.fields["port"]
        if port not in self.reserved:
            self.reserved[port] = socket.socket()
            self.reserved[port].bind(("127.0.0.1", 0))
        self.unserved[(it.actor.index, port)] = None
        self._go(it.thread, self.reserved[port].getsockname()[1])

    def _on_thread(self, it: Heard) -> None:
        number, name = it.fields.pop("new"), it.fields["text"]
        new = Thread(it.actor.index, number, name)
        it.actor.threads.append(new)
        if self.free:
            new.state = "running"
        else:
            self.paused.append(new)
        self._record(replace(it, thread=new), "thread")

    def _on_thread_end(self, it: Heard) -> None:
        self._record(it, "thread_end")
        self._end_thread(it.thread)

    def _on_block(self, it: Heard) -> None:
        told = it.fields.pop("told")
        unsteady = it.fields.pop("unsteady", False)
        it.thread.state = "blocked"
        it.thread.wait = {**it.fields, "unsteady": unsteady}
        seconds = it.fields.get("timeout")
        until = it.fields.pop("until", None)
        if until is None or until != it.thread.until:
            it.thread.until = until
            it.thread.due = time.monotonic() + (seconds or 0)
            it.thread.limit = self.clock + (seconds or 0)
        it.thread.deadline = None if seconds is None else it.thread.limit
        if unsteady:
            # The operating system will try again by timers of its own.
            self.order_fixed = False
        if told:
            self._record(it, "block")
        else:
            it.thread.note(("block", it.fields.get("line")))

    def _on_again(self, it: Heard) -> None:
        it.thread.state = "blocked"

    def _on_resume(self, it: Heard) -> None:
        it.thread.state = "running"
        it.thread.deadline = None

    def _on_return(self, it: Heard) -> None:
        yields = it.fields.pop("yields", False)
        late = it.fields.pop("late", False)
        if it.fields["call"] in ("close", "detach") and "error" not in it.fields:
            number = it.actor.sockets[it.fields["socket"]]
            self.ledger.sockets[number].open = False
        was_waiting, it.thread.wait, it.thread.deadline = it.thread.wait, {}, None
        self._record(it, "return")
        if late:
            it.thread.end_round()
        elif was_waiting or "size" in it.fields:
            self._note_news()
        if self.free:
            it.thread.state = "running"
        elif it.asks:
            self._pause(it.thread, yields)

    def _on_pause(self, it: Heard) -> None:
        it.thread.wait, it.thread.deadline = {}, None
        self._pause(it.thread, it.fields["yields"])

    def _pause(self, thread: Thread, yields: bool) -> None:
        thread.state = "paused"
        self.paused.append(thread)
        thread.polls = thread.polls + 1 if yields else 0
        if yields and self.current is thread:
            self.current = None

    def _on_crash(self, it: Heard) -> None:
        if it.actor.crash is None:
            it.actor.crash = (it.fields.get("line"), it.fields["error"])
        self._record(it, "crash")

    def _on_exit(self, it: Heard) -> None:
        it.actor.status = int(it.fields["result"])
        self._record(it, "exit")
        it.actor.leaving = True

    def _on_gone(self, it: Heard) -> None:
        status = it.fields.pop("status")
        if not it.actor.leaving:  # it left in a hurry: os._exit, or a signal
            it.actor.status = status if status >= 0 else 128 - status
            it.actor.signal = -status if status < 0 else None
            it.fields["result"] = str(it.actor.status)
            self._record(it, "exit")
            del it.fields["result"]
        self._end_all_threads(it.actor)
        it.actor.end()
        for number in it.actor.sockets.values():
            self.ledger.sockets[number].open = False
        self._note_news()
        self._record(it, "gone")

    def _on_silent(self, it: Heard) -> None:
        """Its wire is cut: it closed descriptors not its own, or is another."""
        if it.actor.leaving:
            return
        if (it.actor.index, "exec") not in self.unseen:
            self.unseen.add((it.actor.index, "blind"))
        self.order_fixed = False
        self._end_all_threads(it.actor)
        it.actor.threads[0].state = "outside"

    def _on_stray(self, it: Heard) -> None:
        self.order_fixed = False
        self.unseen.add((it.actor.index, "stray"))
        it.fields["stream"] = "stdout"
        self._record(it, "output")

    def _on_unseen(self, it: Heard) -> None:
        self.unseen.add((it.actor.index, it.fields["what"]))
        if it.fields["what"] in ("processes", "exec", "asyncio"):
            self.order_fixed = False  # asyncio looks at the clock

    def _on_cut(self, it: Heard) -> None:
        self.cuts.append(f"{it.actor.name}: {it.fields['text']} are left out.")

    def _end_all_threads(self, actor: Actor) -> None:
        for thread in actor.threads:
            self._end_thread(thread)

    def _end_thread(self, thread: Thread) -> None:
        thread.state = "ended"
        if thread in self.paused:
            self.paused.remove(thread)

    def _note_news(self) -> None:
        for actor in self.actors:
            for thread in actor.threads:
                thread.alike = thread.polls = 0

    def _record(self, it: Heard, kind: str) -> None:
        fields = dict(it.fields)
        for name in ("socket", "new"):
            if fields.get(name) is not None:
                fields[name] = it.actor.sockets[fields[name]]
        if "sockets" in fields:
            fields["sockets"] = tuple(it.actor.sockets[n] for n in fields["sockets"])
        event = Event(kind, it.actor.index, it.thread.number, **fields)
        if kind != "call":
            it.thread.note(event)
        if self.ledger.record(event, it.at):
            self._stir()

    def recording(self) -> Recording:
        """What was recorded."""
        return Recording(
            programs=tuple(
                Program(
                    actor.name,
                    actor.source,
                    tuple(thread.name for thread in actor.threads),
                    actor.status,
                    actor.signal,
                )
                for actor in self.actors
            ),
            sockets=tuple(held.shown for held in self.ledger.sockets),
            events=self.ledger.events(by_time=self.free),
            verdict=self.verdict,
            python=platform.python_version(),
            system=platform.system(),
            turns=not self.free,
            order=self.order,
            order_fixed=self.order_fixed,
            mapped_ports=tuple(self.ledger.ports.mapped),
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
            t.state == "paused"
            or (t.state in ("running", "outside") and self._is_spinning(t))
            for t in actor.threads
        )
        waits = []
        lines = self._lines_now(actor) if self._runs_unseen(actor) else {}
        for thread in actor.live if not actor.ended else ():
            wait = thread.wait if thread.state == "blocked" else {}
            call, why = wait.get("call"), wait.get("waits_for")
            if call is not None:
                line = wait.get("line")
            else:
                line = lines.get(thread.number, thread.line)
                if thread.state == "outside" and not running:
                    why = "something that the recorder does not see"
            waits.append(Wait(actor.index, thread.number, call, line, why))
        return Ending(
            actor.name,
            actor.ended,
            actor.status,
            actor.signal,
            actor.crash,
            tuple(waits),
            tuple(thread.name for thread in actor.threads),
            running,
        )

    def _runs_unseen(self, actor: Actor) -> bool:
        return any(t.state in ("running", "outside", "paused") for t in actor.threads)

    def _notes(self) -> list[str]:
        """What was arranged, and what could not be seen."""
        notes = []
        if self.free:
            notes.append("The programs ran freely; another run may differ.")
        else:
            notes.append("The recorder let the programs take turns.")
        if self.real_port:
            notes.append("Ports are the real ones; another run may show others.")
        elif self.ledger.ports.mapped:
            ports = " and ".join(map(str, self.ledger.ports.mapped))
            one = len(self.ledger.ports.mapped) == 1
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
        if self.ledger.source is None:
            notes.append("The operating system's view could not be read here.")
        elif isinstance(self.ledger.source, kernel.PsUtil):
            notes.append("This system does not tell how many bytes wait unread.")
        return notes


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


def _keys(threads: Iterable[Thread]) -> frozenset[tuple[int, int]]:
    return frozenset((t.program, t.number) for t in threads)
