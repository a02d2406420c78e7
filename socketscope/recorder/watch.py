"""`watch` runs programs, records what they do, and leaves nothing behind."""

from __future__ import annotations

import math
import os
import threading
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from socketscope.recorder import turns
from socketscope.recorder.limits import TIMEOUT, Limits
from socketscope.recorder.processes import Processes, read_source
from socketscope.recorder.stage import Stage
from socketscope.recorder.world import CannotRecord, Faults
from socketscope.recording import Note, Recording

Script = str | os.PathLike[str] | Sequence[str]
Typed = Iterable[str | tuple[int, str]]


def watch(
    server: Script,
    *clients: Script,
    typed: Typed = (),
    order: int = 0,
    free: bool = False,
    real_port: bool | None = None,
    timeout: float = TIMEOUT,
    computing: float = TIMEOUT,
    effort: float = math.inf,
    split: int | None = None,
    stop_reading: Iterable[int] = (),
    freeze: Iterable[tuple[int, str]] = (),
    cwd: str | os.PathLike[str] | None = None,
    stop: threading.Event | None = None,
) -> Recording:
    """Run the programs, unmodified, and return what happened.

    Each program is a path, or a list of a path and its arguments. `typed` are
    the lines that people type, in order: a string goes to the first client (to
    the server if there is none), a pair `(2, "hello")` to the program of that
    index, the server's being 0; the line `END` is the end of the keyboard's input,
    and `INTERRUPT` is Ctrl-C. `order` other than 0 chooses another order of turns;
    `free` lets the programs run without turns; `real_port` binds the very ports that
    the programs name, and False never does. If nothing is said, a second recording
    does, where a program was seen to start another, which could not know of other
    ports: the first one is then given up. After `timeout` seconds the recording ends,
    whatever the programs do, after `computing` seconds of processor time in which one
    tells nothing, and after `effort` seconds of processor time, the recorder's
    included, and of waiting for timers. Another thread ends it by setting `stop`.
    `cwd` is the folder in which they run, and from which their paths count.

    Three faults can be arranged: with `split`, no receive brings more than so many
    bytes of a stream; the programs of the indexes `stop_reading` get no further
    than their first receive; and with `freeze`, as `[(1, "recv")]`, a program is
    stopped (SIGSTOP) where it first waits in that call.

    Raises `CannotRecord` if a program cannot be read, or a fault not be arranged.
    """
    faults = Faults(split, frozenset(stop_reading), dict(freeze))
    if problem := faults.problem(1 + len(clients)):
        raise CannotRecord(problem)
    lines = [
        item if isinstance(item, tuple) else (1 if clients else 0, item)
        for item in typed
    ]
    policy = turns.Free() if free else turns.Turns(order)
    limits = Limits(timeout, computing, effort)
    stage = Stage(Processes(), policy, lines, real_port, limits, faults)
    stage.stop = stop or stage.stop
    try:
        for program in (server, *clients):
            single = isinstance(program, (str, os.PathLike))
            command = list(map(os.fspath, [program] if single else program))  # type: ignore[arg-type]
            path = Path(cwd or ".", command[0])
            stage.add(path.name, read_source(path, command[0]), command, cwd)
        for index, _ in lines:
            if not 0 <= index < len(stage.cast.actors):
                raise CannotRecord(
                    f"There is no program {index} to type to: the programs are "
                    f"numbered from 0 to {len(stage.cast.actors) - 1}."
                )
        stage.play()
        recording = stage.recording(order)
    finally:
        stage.clear()
    if stage.starter is None:
        return recording
    again = watch(
        server, *clients, typed=lines, order=order, free=free, real_port=True,
        timeout=timeout, computing=computing, effort=effort, split=split,
        stop_reading=faults.stop_reading, freeze=faults.freeze.items(), cwd=cwd,
        stop=stop,
    )  # fmt: skip
    anew = Note("anew", stage.starter)
    return replace(again, notes=(anew, *again.notes))
