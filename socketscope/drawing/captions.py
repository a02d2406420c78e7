"""What stands under a drawing: how it ended, how it came about, how to read it."""

from __future__ import annotations

from collections.abc import Sequence

from socketscope.reading.words import (
    MOST,
    awaited,
    clean,
    joined,
    program_names,
    seconds,
    several,
    who,
)
from socketscope.recording import Note, Recording, Wait

KEY = (
    "Time runs downwards. Striped bar: the thread waits. Dotted edge: bytes wait in "
    "the receive queue."
)
"""How to read the picture."""
INFERRED = (
    "SYN, ACK, FIN and RST are inferred from the calls and the TCP states, not "
    "captured; most ACKs are left out."
)
CROWDED = "The outermost line of {name} stands for several threads at a time."
STATES_READ = "CAPITALS beside a line: the TCP state of that end."

NOTES = {
    "turns": "The recorder let the programs take turns.",
    "free": "The programs ran freely; another run may differ.",
    "real_ports": "Ports are the real ones; another run may show others.",
    "split": "On purpose, no receive brought more than {number} bytes.",
    "stopped": "On purpose, {who} was let read no more.",
    "frozen": "On purpose, {who} was frozen (SIGSTOP) as it waited in {text}().",
    "unfrozen": "{who} was to be frozen in {text}(), but never waited there.",
    "unserved": "{who} asked for port {number}, where no recorded program "
    "listened then.",
    "asyncio": "{who} used asyncio: its calls are shown at the line that started the "
    "event loop, and what each task waits for is not seen.",
    "tls": "{who} used TLS: bytes are shown as they were before encryption. What "
    "travels, and waits in a receive queue, is encrypted and longer.",
    "ciphertext": "{who} used TLS in memory: its bytes are shown encrypted, as they "
    "travel.",
    "udp": "{who} used UDP: the operating system's view shows TCP only.",
    "unix": "{who} used AF_UNIX sockets, which the operating system's view does not "
    "show; who is at the other end is known of a socketpair only.",
    "alarm": "{who} set an alarm: when its signal comes is not in the order.",
    "processes": "{who} started other processes: what they do is not seen.",
    "exec": "{who} became another program: what that does is not seen.",
    "blind": "{who} closed descriptors that it had not opened: the rest was not seen.",
    "stray": "{who} printed past Python's own files; where in the order is not known.",
    "anew": "{who} started other processes, which know of no other ports: this was "
    "recorded anew on the real ones.",
    "calls": "{who}: of {all} calls the first {number} are shown.",
    "lines": "{who}: lines after the first {number} are left out.",
    "prints": "{who}: lines printed later are left out.",
    "untyped": "{who} never read the typed line {text!r}.",
    "no_view": "The operating system's view could not be read here.",
    "no_unread": "This system does not tell how many bytes wait unread.",
}
"""A sentence for each kind of `Note`."""

ENDS = {
    ("idle", "client"): ": no client is left.",
    ("idle", "keyboard"): ": nothing more is typed.",
    ("idle", "rounds"): ", again and again.",
    ("open", "timer"): ": that was not waited for.",
    ("open", "unseen"): ": nothing more was seen.",
    ("open", "fault"): ": nothing more happened.",
}
"""What is said behind all that wait, by how it ended and why."""


def caption(
    recording: Recording, states: bool, segments: bool, crowded: Sequence[str] = ()
) -> list[str]:
    """What a reader must know about how the picture came about."""
    known = any(event.tcp is not None for event in recording.events)
    said = [STATES_READ] if states and known else []
    if segments:
        said.append(INFERRED)
    said += [CROWDED.format(name=name) for name in crowded]
    return said + [clean(each) for each in notes(recording)]


def notes(recording: Recording) -> list[str]:
    """What was arranged and what could not be seen, a sentence each."""
    return [_note(recording, note) for note in recording.notes]


def _note(recording: Recording, note: Note) -> str:
    if note.kind == "mapped":
        return _mapped(recording)
    if note.kind == "turns" and not recording.order_fixed:
        return f"{NOTES['turns']} Another run may take others."
    if note.kind not in NOTES:
        return f"Note: {note.kind}."  # of a recording made elsewhere
    name = "" if note.program is None else recording.programs[note.program].name
    known = f"{note.all:,}" if note.all else "more"
    fields = {"number": note.number, "text": note.text, "all": known}
    return NOTES[note.kind].format(who=name, **fields)


def _mapped(recording: Recording) -> str:
    """Which port stood for which: those that were named, and those that were not."""
    named = recording.mapped_ports
    free = "A free port" if len(named) == 1 else "Free ports"
    said = f"{free} stood in for {' and '.join(map(str, named))}"
    chosen = sorted({s.local[1] for s in recording.sockets if s.local} - {*named})
    if len(chosen) == 1:
        said += f", and {chosen[0]} for the one that the system chose"
    elif chosen:
        said += f", and {chosen[0]} to {chosen[-1]} for those that the system chose"
    return f"{said}."


def verdict(recording: Recording) -> str:
    """How it ended, in plain words, with the line numbers."""
    ended = recording.verdict
    rest = several(ended.waits, lambda wait: _stands(recording, wait), "thread")
    if ended.kind == "crashed":
        then = f" Then {rest}." if rest else ""
        return f"{_crashed(recording)}.{then}"
    if ended.kind == "finished":
        return _finished(recording)
    if ended.kind == "busy" and ended.because != "time":
        return _goes_on(recording)
    if ended.because == "time":
        return f"Not finished within {ended.seconds:g} seconds: {rest}."
    return f"{rest}{ENDS.get((ended.kind, ended.because), ': nothing can go on.')}"


def _crashed(recording: Recording) -> str:
    said: list[list[str]] = [[] for _ in recording.programs]
    for crash in recording.events:
        if crash.kind == "crash":
            name = who(recording, crash.program, crash.track)
            where = f" on line {crash.line}" if crash.line else ""
            error = clean(str(crash.error)).rstrip(".")
            said[crash.program].append(f"{name} crashed{where}: {error}")
    for name, program, of in zip(
        program_names(recording), recording.programs, said, strict=True
    ):
        if program.signal is not None:
            of.append(f"{name} was ended by signal {program.signal}")
    first = said.pop(recording.verdict.program or 0)
    return several([*first, *(each for of in said for each in of)], str, "crash")


def _finished(recording: Recording) -> str:
    names = program_names(recording)
    failed = [
        f"{name} ended with exit status {program.status}"
        for name, program in zip(names, recording.programs, strict=True)
        if program.status
    ]
    if failed:
        return several(failed, str, "program") + "."
    if len(names) == 1:
        return f"{names[0]} ran to its end."
    return f"{named(names)} ran to their end."


def named(names: list[str]) -> str:
    """`a, b and c`; of many the first and, counted, the rest."""
    rest = len(names) - MOST
    return joined([*names[:MOST], f"{rest:,} more"] if rest > 0 else names)


def _goes_on(recording: Recording) -> str:
    index = recording.verdict.program
    if index is None:
        return "A program goes on."
    waits = [w for w in recording.verdict.waits if w.program == index]
    line = next((wait.line for wait in waits if wait.call is None), None)
    where = f", at line {line}" if line else ""
    name = program_names(recording)[index]
    if recording.verdict.because == "polls":
        return f"{name} asks again and again in vain{where}, and does not wait."
    if recording.verdict.because == "memory":
        return f"{name} took more and more memory{where}, and was ended."
    long = seconds(recording.verdict.seconds or 0)
    return f"{name} is still computing after {long}{where}."


def _stands(recording: Recording, wait: Wait) -> str:
    """A thread that has not ended: `server.py waits in recv() on line 6 …`."""
    program = recording.programs[wait.program]
    name = program_names(recording)[wait.program]
    if wait.track:
        name = f"{clean(program.tracks[wait.track].name)} of {name}"
    call = f" in {wait.call}()" if wait.call else ""
    where = f" on line {wait.line}" if wait.line else ""
    what = awaited(recording, wait)
    if not call and not what:
        begun = any(event.program == wait.program for event in recording.events)
        return f"{name} was running{where}" if begun else f"{name} was not started"
    return f"{name} waits{call}{where}" + (f" for {what}" if what else "")
