"""The stage: it hears what programs tell, decides what happens, and tells them.

It plays until the programs end or nothing more can happen. What is heard is taken
in by `hearing`; what happens next is chosen by `turns`; here it is carried out, in
whatever `world` the programs live.
"""

from __future__ import annotations

import os
import platform
import threading
from collections.abc import Iterable, Sequence
from typing import Any, Literal

from socketscope.recorder import kernel, turns, wire
from socketscope.recorder.cast import END, INTERRUPT, Actor, Cast, Thread
from socketscope.recorder.hearing import Hearing
from socketscope.recorder.ledger import Ledger
from socketscope.recorder.limits import USUAL, Costs, Limits
from socketscope.recorder.turns import Conclude, Policy, Time
from socketscope.recorder.verdict import Ending, verdict_of, wait_of
from socketscope.recorder.world import CannotRecord, Faults, World
from socketscope.recording import Event, Note, Program, Recording, Track

BOOT = 10.0
"""Seconds that Python itself may take to start a program."""
ANSWER = 1.0
"""Seconds that a program may take to answer while it runs its own code."""
AT_ONCE = 16_000
"""Characters that are typed in one go: a pipe may have room for 64 KiB."""
BUSY = 1.0
"""Seconds of processor time without a word, after which others may go on."""
STILL = 0.05
"""A running thread whose program sleeps for so long waits for something that
the recorder does not see."""


class Stage:
    """One recording in the making."""

    def __init__(
        self,
        world: World,
        policy: Policy,
        typed: Iterable[tuple[int, str]] = (),
        real_port: bool | None = None,
        limits: Limits = USUAL,
        faults: Faults | None = None,
    ) -> None:
        self.world = world
        self.faults = faults or Faults()
        self.policy = policy
        self.costs = Costs(limits, world)
        self.cast = Cast(typed)
        self.cast.order_fixed = policy.takes_turns and not real_port
        self.ledger = Ledger(world, real_port, settles=policy.takes_turns)
        self.hearing = Hearing(self.cast, self.ledger, self._go, policy.takes_turns)
        self.started_at = self.last_word = world.now()
        self.stop = threading.Event()
        self.cause: Conclude | None = None
        """Why the recording ends before its programs do."""
        self.endings: list[Ending] = []

    # -- the programs ------------------------------------------------------

    def add(
        self,
        name: str,
        source: str = "",
        command: Sequence[str] = (),
        cwd: str | os.PathLike[str] | None = None,
    ) -> None:
        """Start a program; it waits until its turn comes."""
        how = "turns" if self.policy.takes_turns else "free"
        if self.ledger.ports.real:
            how += ",real"
        how += self.faults.how(len(self.cast.actors))
        try:
            self.world.start(list(command), how, cwd)
        except OSError as error:
            raise CannotRecord(f"{name} cannot be started: {error}.") from None
        index = len(self.cast.actors)
        main = Thread(index, 0, "MainThread")
        self.cast.actors.append(Actor(index, name, source, [main]))

    def clear(self) -> None:
        """Leave no process and no descriptor behind."""
        for index in range(len(self.cast.actors)):
            self.world.end(index, sweep=(index, "processes") in self.cast.unseen)
        self.world.close()

    def play(self) -> None:
        """Record until the programs end or nothing more can happen."""
        while not self._is_over():
            self._perform(self.policy.next(self.cast, self._time()))
        self.endings = [self._ending(actor) for actor in self.cast.actors]

    def _is_over(self) -> bool:
        if self.starter is not None:
            self.cause = Conclude("anew")
        if self.cause is not None:
            return True
        if self._time().left <= 0 or self.stop.is_set():
            self.cause = Conclude("time")
            self.cast.order_fixed = False  # how far it came depends on the machine
            return True
        left = [actor.index for actor in self.cast.actors if not actor.ended]
        if left and (because := self.costs.too_high(left)):
            self.cause = Conclude(because, turns.keys(self.cast.timers))
            self.cast.order_fixed = False
        return not left or self.cause is not None

    @property
    def starter(self) -> int | None:
        """The program that started another, which does not know of our ports."""
        if self.ledger.ports.decided:
            return None
        return next((i for i, kind in self.cast.unseen if kind == "processes"), None)

    def _time(self) -> Time:
        now = self.world.now()
        left = self.started_at + self.costs.limits.timeout - now
        return Time(now, left, now - self.last_word, bool(self.ledger.stuck))

    # -- what happens next -------------------------------------------------

    def _perform(self, step: turns.Step) -> None:
        match step:
            case turns.Listen(seconds, ask):
                self._listen(seconds, ask)
            case turns.Ask(actor):
                self._ask_who_is_able(actor)
            case turns.Go(thread, able):
                if able:
                    self.cast.able.remove(thread)
                else:
                    self.cast.current = thread
                if not able or thread.state == "blocked":
                    self._go(thread)
            case turns.Late(thread, by_clock):
                if by_clock:
                    self.cast.order_fixed = False
                self.cast.clock = max(self.cast.clock, thread.timer.limit)
                self.cast.current = thread
                self._go(thread, "late")
            case turns.Start(actor):
                self._start(actor)
            case turns.Type(item):
                self.cast.typed.remove(item)
                self._type(self.cast.actors[item[0]], item[1])
            case turns.Conclude():
                self._conclude(step)

    def _listen(self, seconds: float, ask: bool) -> None:
        heard = self._hear(seconds)
        if not heard and (ask or seconds > turns.TICK):
            self.costs.idle += seconds
        if ask:
            self.cast.stir()
        elif not heard:
            self._look_at_the_silent()

    def _ask_who_is_able(self, actor: Actor) -> None:
        self.cast.stirred.discard(actor.index)
        if actor.ended or not actor.has("blocked"):
            return
        ready = self._ask(actor, "ready")
        able = sorted(ready.ready) if ready else []
        self.cast.able = [actor.threads[number] for number in able]

    def _go(self, thread: Thread, value: object = None) -> None:
        """Let a thread run: answer the question in which it waits."""
        self.cast.go(thread)
        actor = self.cast.actors[thread.program]
        actor.silence.begin()
        self._tell(actor, "go", thread.number, thread.asked, value)

    def _start(self, actor: Actor) -> None:
        until = self.world.now() + BOOT
        while not (actor.booted or actor.ended) and self.world.now() < until:
            self._hear(0.1)
        actor.started = True
        main = actor.threads[0]
        start = wire.Heard(0, "start", wire.Start(), int(self.world.now() * 1e9))
        if self.ledger.record(Event("start", actor.index), start.at):
            self.cast.stir()
        if actor.booted:
            self.cast.current = main
            self._go(main)
        else:
            actor.ended = True
            self.cast.end(*actor.threads)

    def _type(self, actor: Actor, text: str) -> None:
        if text == INTERRUPT:
            self._interrupt(actor)
        elif text == END:
            self._tell(actor, "eof")
        else:
            line = f"{text}\n"
            if line[AT_ONCE:]:
                self.cast.typed.insert(0, (actor.index, line[AT_ONCE:-1]))
            self._tell(actor, "type", value=line[:AT_ONCE].encode())
        self.cast.stirred.add(actor.index)

    def _interrupt(self, actor: Actor) -> None:
        """It comes as a signal, a little later, or the program says that it takes
        no notice."""
        answers = self.hearing.answers
        answers.pop("where", None)
        self._tell(actor, "interrupt")
        until = self.world.now() + BOOT
        while actor.threads[0].state == "blocked" and self.world.now() < until:
            self._hear(0.01)
            if "where" in answers:
                return

    def _conclude(self, step: Conclude) -> None:
        if step.because != "stuck":
            self.cause = step
        elif not self._something_changed():
            outside = {t.program for t in self.cast.threads("outside")}
            awake = [i for i in outside if not self.world.is_asleep(i)]
            if not awake:
                self.cause = step
            elif max(map(self._computed, awake)) >= self.costs.limits.computing:
                self.cause = Conclude("busy")
            else:
                self._hear(turns.TICK)

    def _computed(self, program: int) -> float:
        """Seconds of processor time since it last told something."""
        silence = self.cast.actors[program].silence
        cpu = self.world.cpu_seconds(program)
        if silence.cpu_at_word is None:
            silence.cpu_at_word = cpu
        return cpu - silence.cpu_at_word

    def _something_changed(self) -> bool:
        """Before it is said that nothing can go on, all are asked once more."""
        self.ledger.look_again()
        for actor in self.cast.actors:
            if not self.cast.able:
                self._ask_who_is_able(actor)
        return bool(self.cast.able)

    # -- hearing and telling -----------------------------------------------

    def _hear(self, seconds: float) -> bool:
        """Take in one message; False if none came in so many seconds."""
        found = self.world.hear(seconds)
        if found is None:
            return False
        index, raw = found
        heard = wire.heard(raw)
        if not isinstance(heard.message, (wire.Ready, wire.Where)):
            self.last_word = self.world.now()
        actor = self.cast.actors[index]
        self.hearing.take(actor, heard)
        if self.faults.freezes(index, heard) or actor.has("frozen"):
            self.cast.end(*actor.threads, state="frozen")
        return True

    def _tell(
        self,
        actor: Actor,
        what: wire.Command,
        number: int = 0,
        asked: int = 0,
        value: Any = None,
    ) -> None:
        news = self.ledger.ports.news_for(actor.index)
        self.world.tell(actor.index, what, number, asked, value, news)

    def _ask(self, actor: Actor, kind: Literal["ready", "where"]) -> Any:
        """What a program answers by itself, whatever its threads do; or None.

        There is no answer while some call of the script holds the interpreter. If
        all its threads wait for us, there is one, however busy the machine.
        """
        answers = self.hearing.answers
        answers.pop(kind, None)
        busy = actor.has("running", "outside")
        patience = ANSWER if busy else self.costs.limits.timeout
        self._tell(actor, kind)
        until = self.world.now() + patience
        while kind not in answers and not actor.ended and self.world.now() < until:
            self._hear(0.05)
        return answers.get(kind)

    # -- those who say nothing ---------------------------------------------

    def _look_at_the_silent(self) -> None:
        """See whether who runs and says nothing computes, or waits unseen."""
        for actor in self.cast.actors:
            running = [t for t in actor.threads if t.state == "running"]
            if not actor.started or actor.ended or actor.leaving or not running:
                continue
            silence = actor.silence
            computed, now = self._computed(actor.index), self.world.now()
            if computed != silence.seen or not self.world.is_asleep(actor.index):
                silence.seen, silence.still_since = computed, now
            if now - silence.still_since >= STILL:
                # Its answer comes after whatever it told before, down the same pipe.
                self._ask(actor, "ready")
                self._leave_outside([t for t in running if t.state == "running"])
            elif computed >= BUSY and (self.cast.paused or self.cast.timers):
                self._leave_outside(running)
            elif computed >= self.costs.limits.computing:
                self.cause = Conclude("busy")
                self.cast.order_fixed = False  # when we lost patience, too

    def _leave_outside(self, threads: list[Thread]) -> None:
        self.cast.leave_outside(threads)
        if threads:
            self.last_word = self.world.now()

    # -- the end -----------------------------------------------------------

    def _ending(self, actor: Actor) -> Ending:
        """How a program stands now, and where each of its threads waits."""
        if actor.ended:
            return Ending(actor)
        awake = actor.has("running", "outside") and not self.world.is_asleep(
            actor.index
        )
        running = awake or actor.has("paused")
        lines: dict[int, int | None] = {}
        if actor.booted and actor.has("running", "outside", "paused"):
            where = self._ask(actor, "where")
            lines = where.lines if where else {}
        waits = [
            wait_of(thread, lines.get(thread.number, thread.line), running)
            for thread in actor.threads
            if thread.state != "ended"
        ]
        return Ending(actor, tuple(waits), running)

    def recording(self, order: int = 0) -> Recording:
        """What was recorded."""
        actors = self.cast.actors
        return Recording(
            programs=tuple(
                Program(
                    actor.name,
                    actor.source,
                    tuple(Track(thread.name) for thread in actor.threads),
                    actor.exit.status,
                    actor.exit.signal,
                )
                for actor in actors
            ),
            sockets=tuple(held.shown for held in self.ledger.sockets),
            events=self.ledger.events(by_time=not self.policy.takes_turns),
            verdict=verdict_of(
                self.endings,
                self.cause,
                self.costs.limits,
                self.costs.overspent,
                self.cast.someone_is_unseen or bool(self.ledger.stuck),
            ),
            python=platform.python_version(),
            system=platform.system(),
            turns=self.policy.takes_turns,
            order=order,
            order_fixed=self.cast.order_fixed,
            mapped_ports=tuple(self.ledger.ports.mapped),
            notes=tuple(self._notes()),
        )

    def _notes(self) -> Iterable[Note]:
        """What was arranged, and what could not be seen."""
        yield Note("turns" if self.policy.takes_turns else "free")
        if self.ledger.ports.real:
            yield Note("real_ports")
        elif self.ledger.ports.mapped:
            yield Note("mapped")
        frozen = [a.index for a in self.cast.actors if a.has("frozen")]
        yield from self.faults.notes(frozen)
        for index, port in self.hearing.unserved:
            yield Note("unserved", index, port)
        for index, kind in sorted(self.cast.unseen):
            yield Note(kind, index)
        yield from self.hearing.cuts.values()
        for index, line in self.cast.typed:
            if line not in (END, INTERRUPT):
                yield Note("untyped", index, text=line)
        if self.world.source is None:
            yield Note("no_view")
        elif isinstance(self.world.source, kernel.PsUtil):
            yield Note("no_unread")
