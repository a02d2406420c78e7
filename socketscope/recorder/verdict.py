"""How a recording ended, in plain words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from socketscope.recording import Verdict, Wait

CLIENT = "a client to connect"
DATAGRAM = "a datagram to arrive"


@dataclass(frozen=True)
class Ending:
    """What is known of one program when nothing more is recorded."""

    name: str
    ended: bool
    status: int | None = None
    signal: int | None = None
    """What ended it, if it did not end by itself."""
    crash: tuple[int | None, str] | None = None
    """Line and text of the first exception that nobody caught."""
    waits: tuple[Wait, ...] = ()
    """Its threads that have not ended."""
    threads: tuple[str, ...] = ()
    running: bool = False
    """It was using the processor when the recording ended."""


@dataclass(frozen=True)
class Cause:
    """Why the recording ended before its programs did."""

    kind: str = ""
    """`stuck` (nobody can go on), `rounds` (only the same timers pass),
    `busy` (a program computes and tells nothing) or `time` (time is up)."""
    seconds: float = 0
    timers: frozenset[tuple[int, int]] = field(default_factory=frozenset)
    """Program and thread of those whose waits end by themselves."""


def judge(endings: Sequence[Ending], cause: Cause) -> Verdict:
    """The verdict, from how each program stands and why we stopped."""
    waits = tuple(wait for ending in endings for wait in ending.waits)
    names = distinct_names([ending.name for ending in endings])
    rest = "; ".join(
        phrase
        for name, ending in zip(names, endings, strict=True)
        for phrase in _phrases(name, ending)
    )
    for name, ending in zip(names, endings, strict=True):
        if ending.crash is not None:
            line, error = ending.crash
            where = f" on line {line}" if line else ""
            then = f" Then {rest}." if rest else ""
            sentence = f"{name} crashed{where}: {error.rstrip('.')}.{then}"
            return Verdict("crashed", sentence, waits)
        if ending.signal is not None:
            then = f" Then {rest}." if rest else ""
            sentence = f"{name} was ended by signal {ending.signal}.{then}"
            return Verdict("crashed", sentence, waits)
    if not waits:
        return Verdict("finished", _finished(names, endings))
    if cause.kind == "busy":
        return Verdict("busy", _busy(names, endings), waits)
    if _is_idle(endings, cause):
        return Verdict("idle", f"{rest}: no client is left.", waits)
    if cause.kind in ("time", "rounds") and not _is_stuck(endings, cause):
        if cause.kind == "rounds":
            return Verdict("idle", f"{rest}, again and again.", waits)
        sentence = f"Not finished within {cause.seconds:g} seconds: {rest}."
        return Verdict("busy", sentence, waits)
    return Verdict("deadlock", f"{rest}: nothing can go on.", waits)


def distinct_names(names: Sequence[str]) -> list[str]:
    """The names, numbered where two programs have the same."""
    return [
        name if names.count(name) == 1 else f"{name} ({names[: i + 1].count(name)})"
        for i, name in enumerate(names)
    ]


def _finished(names: list[str], endings: Sequence[Ending]) -> str:
    failed = [
        f"{name} ended with exit status {ending.status}"
        for name, ending in zip(names, endings, strict=True)
        if ending.status
    ]
    if failed:
        return "; ".join(failed) + "."
    if len(names) == 1:
        return f"{names[0]} ran to its end."
    return f"{', '.join(names[:-1])} and {names[-1]} ran to their end."


def _is_idle(endings: Sequence[Ending], cause: Cause) -> bool:
    """Whether only the first program is left, and waits for a client."""
    if not all(ending.ended for ending in endings[1:]):
        return False
    return any(
        wait.waits_for and (CLIENT in wait.waits_for or DATAGRAM in wait.waits_for)
        for wait in endings[0].waits
    )


def _is_stuck(endings: Sequence[Ending], cause: Cause) -> bool:
    """Whether a client waits, without end, for a server that only sleeps."""
    return cause.kind == "rounds" and any(
        wait.waits_for is not None and (wait.program, wait.thread) not in cause.timers
        for ending in endings[1:]
        for wait in ending.waits
    )


def _busy(names: list[str], endings: Sequence[Ending]) -> str:
    for name, ending in zip(names, endings, strict=True):
        if ending.running:
            line = next((w.line for w in ending.waits if w.call is None), None)
            where = f", at line {line}" if line else ""
            return f"{name} goes on and on{where}: it neither waits nor ends."
    return "A program goes on and on."


def _phrases(name: str, ending: Ending) -> list[str]:
    """One phrase a waiting thread: `server.py waits in recv() on line 6 …`."""
    phrases = []
    for wait in ending.waits:
        who = name if wait.thread == 0 else f"{ending.threads[wait.thread]} of {name}"
        where = f" on line {wait.line}" if wait.line else ""
        if wait.call is None and wait.waits_for:
            phrases.append(f"{who} waits{where} for {wait.waits_for}")
        elif wait.call is None:
            phrases.append(f"{who} was running{where}")
        else:
            what = f" for {wait.waits_for}" if wait.waits_for else ""
            phrases.append(f"{who} waits in {wait.call}(){where}{what}")
    return phrases
