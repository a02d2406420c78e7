"""How a recording ended: what kind of end it is, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from socketscope.recorder.cast import NEXT_CLIENT, Actor, Thread
from socketscope.recorder.limits import USUAL, Limits
from socketscope.recorder.turns import Conclude
from socketscope.recording import Verdict, Wait


@dataclass(frozen=True)
class Ending:
    """How one program stands when nothing more is recorded."""

    actor: Actor
    waits: tuple[Wait, ...] = ()
    """Its threads that have not ended."""
    running: bool = False
    """It was using the processor."""


def wait_of(thread: Thread, line: int | None, running: bool) -> Wait:
    """Where a thread stands when the recording ends."""
    here = (thread.program, thread.number)
    block = thread.wait if thread.state == "blocked" else None
    if block is not None:
        call, why = (block.call, block.line), block.waits_for
        return Wait(*here, *call, why, block.holder, block.timeout)
    if thread.state == "frozen":
        return Wait(*here, thread.wait.call if thread.wait else None, line, ("frozen",))
    unseen = thread.state == "outside" and not running
    return Wait(*here, None, line, ("unseen",) if unseen else ())


def verdict_of(
    endings: Sequence[Ending],
    cause: Conclude | None,
    limits: Limits = USUAL,
    overspent: bool = False,
    unseen: bool = False,
) -> Verdict:
    """The verdict, from how each program stands and why the recording stopped.

    It may have been `overspent`, of what the limits allow. What is `unseen` may have
    gone on.
    """
    waits = tuple(wait for ending in endings for wait in ending.waits)
    for index, ending in enumerate(endings):
        if ending.actor.exit.crashed:
            return Verdict("crashed", "error", index, waits=waits)
        if ending.actor.exit.signal is not None:
            return Verdict("crashed", "signal", index, waits=waits)
    if not waits:
        return Verdict("finished")
    because = cause.because if cause else ""
    running = next((i for i, each in enumerate(endings) if each.running), None)
    if because == "polls":
        return Verdict("busy", "polls", running, waits=waits)
    if because == "busy":
        return Verdict("busy", "running", running, limits.computing, waits)
    if because == "memory":
        return Verdict("busy", "memory", running, waits=waits)
    if any({"stopped", "frozen"} & set(wait.waits_for) for wait in waits):
        return Verdict("open", "fault", waits=waits)
    if _is_at_rest(endings):
        return Verdict("idle", "client", waits=waits)
    if any("keyboard" in wait.waits_for for wait in waits):
        return Verdict("idle", "keyboard", waits=waits)
    if because == "time":
        kind = ("open", "timer") if cause and cause.timers else ("busy", "time")
        if overspent and unseen:
            kind = ("open", "unseen")
        seconds = limits.effort if overspent else limits.timeout
        return Verdict(*kind, seconds=seconds, waits=waits)
    if unseen or any("unseen" in wait.waits_for for wait in waits):
        return Verdict("open", "unseen", waits=waits)
    if because == "rounds" and not (cause and _is_stuck(endings, cause)):
        return Verdict("idle", "rounds", waits=waits)
    return Verdict("deadlock", waits=waits)


def _is_at_rest(endings: Sequence[Ending]) -> bool:
    """Whether only the first program is left, and waits for a client."""
    return all(ending.actor.ended for ending in endings[1:]) and any(
        NEXT_CLIENT & set(wait.waits_for) for wait in endings[0].waits
    )


def _is_stuck(endings: Sequence[Ending], cause: Conclude) -> bool:
    """Whether a client waits, without end, for a server that only sleeps."""
    return any(
        wait.waits_for and (wait.program, wait.track) not in cause.timers
        for ending in endings[1:]
        for wait in ending.waits
    )
