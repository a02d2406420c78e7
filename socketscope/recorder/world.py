"""The world as the stage needs it: programs to start, to hear and to tell.

`processes.Processes` is the real one: each program a process, TCP that of the
operating system. Another one may run the programs elsewhere and simulate TCP;
the stage, the turns and the ledger are the same.
"""

from __future__ import annotations

import os
from typing import Any, Protocol

from socketscope.recorder.kernel import Source
from socketscope.recorder.wire import Command, Raw


class CannotRecord(Exception):
    """Nothing could be recorded; the message is a sentence for the user."""


class World(Protocol):
    """Programs are numbered from 0 in the order in which they are started."""

    source: Source | None
    """Reads the ends of all connections; None where nothing can."""

    def start(
        self, command: list[str], how: str, cwd: str | os.PathLike[str] | None
    ) -> None:
        """Start a program; it waits for its first turn. Raises `OSError`."""

    def hear(self, seconds: float) -> tuple[int, Raw] | None:
        """The next message and its program; None if none came in so long."""

    def tell(
        self,
        program: int,
        what: Command,
        number: int,
        asked: int,
        value: Any,
        ports: Any,
    ) -> None:
        """Send a command; a program that is no more does not mind."""

    def now(self) -> float:
        """The time in seconds."""

    def pause(self, seconds: float) -> None:
        """Let so much time pass."""

    def cpu_seconds(self, program: int) -> float:
        """Processor time that a program has used."""

    def is_asleep(self, program: int) -> bool:
        """Whether all its threads sleep; False where it cannot be known."""

    def nobody_at(self, port: int) -> int:
        """A real port that refuses, to stand for this one."""

    def end(self, program: int, sweep: bool) -> None:
        """End it and all that it started; `sweep` looks for them everywhere."""

    def close(self) -> None:
        """Let go of everything else."""
