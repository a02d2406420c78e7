"""How a recording ended: what kind of end it is, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from socketscope.recorder.cast import Actor
from socketscope.recorder.turns import Conclude
from socketscope.recording import Verdict, Wait

NEXT_CLIENT = frozenset({"client", "datagram"})
"""What a server waits for that is at rest."""


@dataclass(frozen=True)
class Ending:
    """How one program stands when nothing more is recorded."""

    actor: Actor
    waits: tuple[Wait, ...] = ()
    """Its threads that have not ended."""
    running: bool = False
    """It was using the processor."""


def verdict_of(
    endings: Sequence[Ending], cause: Conclude | None, seconds: float = 0
) -> Verdict:
    """The verdict, from how each program stands and why the recording stopped,
    `seconds` being the time that it may take."""
    waits = tuple(wait for ending in endings for wait in ending.waits)
    for index, ending in enumerate(endings):
        if ending.actor.exit.crashed:
            return Verdict("crashed", "error", index, waits=waits)
        if ending.actor.exit.signal is not None:
            return Verdict("crashed", "signal", index, waits=waits)
    if not waits:
        return Verdict("finished")
    because = cause.because if cause else ""
    if because == "busy":
        running = next((i for i, each in enumerate(endings) if each.running), None)
        return Verdict("busy", "running", running, waits=waits)
    if _is_at_rest(endings):
        return Verdict("idle", "client", waits=waits)
    if because == "rounds" and not (cause and _is_stuck(endings, cause)):
        return Verdict("idle", "rounds", waits=waits)
    if because == "time":
        return Verdict("busy", "time", seconds=seconds, waits=waits)
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
