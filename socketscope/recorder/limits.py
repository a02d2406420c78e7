"""What a recording may cost: time that passes, work, and memory."""

from __future__ import annotations

import math
import time
from collections.abc import Iterable
from dataclasses import dataclass

from socketscope.recorder.world import World

TIMEOUT = 20.0
LOOK = 0.1
"""Seconds from one look at the costs to the next."""


@dataclass(frozen=True)
class Limits:
    """How much it may cost, in seconds and bytes."""

    timeout: float = TIMEOUT
    """Time that passes, on a machine that others may use as well."""
    computing: float = TIMEOUT
    """Processor time of a program in which it tells nothing."""
    effort: float = math.inf
    """Processor time of all programs and of the recorder, and waiting for timers."""
    memory: int = 1_000_000_000
    """What one program may hold."""


USUAL = Limits()


class Costs:
    """What a recording has cost so far."""

    def __init__(self, limits: Limits, world: World) -> None:
        self.limits, self.world = limits, world
        self.idle = 0.0
        """Seconds of waiting for time to pass, or for those who wait unseen."""
        self.began, self.looked_at = time.thread_time(), world.now()
        self.overspent = False

    def too_high(self, programs: Iterable[int]) -> str:
        """Why it should end now, as in `turns.Conclude`; empty if it may go on."""
        now = self.world.now()
        if now - self.looked_at < LOOK:
            return ""
        self.looked_at = now
        costs = [cost for cost in map(self.world.cost, programs) if cost is not None]
        spent = time.thread_time() - self.began + self.idle
        self.overspent = spent + sum(cpu for cpu, _ in costs) > self.limits.effort
        if any(memory > self.limits.memory for _, memory in costs):
            return "memory"
        return "time" if self.overspent else ""
