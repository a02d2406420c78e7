"""The world as the stage needs it: programs to start, to hear and to tell; and
what is to go wrong in it on purpose.

`processes.Processes` is the real one: each program a process, TCP that of the
operating system. Another one may run the programs elsewhere and simulate TCP;
the stage, the turns and the ledger are the same.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from socketscope.reading.calls import role_of
from socketscope.recorder.kernel import Source
from socketscope.recorder.wire import Command, Heard, Raw
from socketscope.recording import Note


@dataclass(frozen=True)
class Faults:
    """What goes wrong on purpose, in the same way each time."""

    split: int | None = None
    """No receive brings more than so many bytes of a stream."""
    stop_reading: Collection[int] = ()
    """Programs whose receives return no more."""
    freeze: Mapping[int, str] = field(default_factory=dict)
    """Programs, and the call in whose first wait each stops itself (SIGSTOP)."""

    def problem(self, programs: int) -> str | None:
        """Why this cannot be arranged with so many programs, in a sentence."""
        for program in (*self.stop_reading, *self.freeze):
            if not 0 <= program < programs:
                return f"There is no program {program} in which to arrange a fault."
        if self.split is not None and self.split < 1:
            return "A receive cannot be split into pieces of less than 1 byte."
        if self.freeze and not hasattr(signal, "SIGSTOP"):
            return "This system cannot freeze a program: it has no SIGSTOP."
        unknown = [call for call in self.freeze.values() if not role_of(call)]
        return (
            f"There is no call {unknown[0]}() to freeze a program in."
            if unknown
            else None
        )

    def how(self, program: int) -> str:
        """What the program is told of it, with how it is to run."""
        how = f",split={self.split}" if self.split else ""
        if program in self.freeze:
            how += f",freeze={self.freeze[program]},signal={int(signal.SIGSTOP)}"
        return how + ",stop" * (program in self.stop_reading)

    def freezes(self, program: int, heard: Heard) -> bool:
        """Whether the program now waits where it is to stop itself."""
        call = getattr(heard.message, "call", None) if heard.kind == "block" else None
        return call is not None and call == self.freeze.get(program)

    def notes(self, frozen: Collection[int]) -> Iterator[Note]:
        """What was arranged, where it came to that."""
        if self.split:
            yield Note("split", number=self.split)
        for program in sorted(self.stop_reading):
            yield Note("stopped", program)
        for program, call in sorted(self.freeze.items()):
            kind = "frozen" if program in frozen else "unfrozen"
            yield Note(kind, program, text=call)


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

    def cost(self, program: int) -> tuple[float, int] | None:
        """Processor time that it and what it started have used, and the bytes of
        memory that it holds; None where it cannot be known."""

    def is_asleep(self, program: int) -> bool:
        """Whether all its threads sleep; False where it cannot be known."""

    def nobody_at(self, port: int) -> int:
        """A real port that refuses, to stand for this one."""

    def end(self, program: int, sweep: bool) -> None:
        """End it and all that it started; `sweep` looks for them everywhere."""

    def close(self) -> None:
        """Let go of everything else."""
