"""The names of things that drawings and checks both say.

They are short. What learners wrote is quoted and escaped here, so that no control
character reaches a drawing.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TypeVar

from socketscope.recording import Address, Event, Recording, Wait


def clean(text: str) -> str:
    """The text without anything that could disturb a drawing: what is not
    printable (line ends, escape codes, direction marks) is written `\\x1b`."""
    if text.isprintable():
        return text
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape").decode()
        if not "\ud800" <= char <= "\udfff" else f"\\x{ord(char) & 0xFF:02x}"
        for char in text
    )  # fmt: skip


@lru_cache
def source_lines(source: str) -> tuple[str, ...]:
    """The lines of a program, as Python counts them, fit to be shown."""
    lines = re.split(r"\r\n|\r|\n", source)
    return tuple(clean(line.expandtabs(4)) for line in lines)


def cut(text: str, length: int) -> str:
    """At most `length` characters, an ellipsis where something is missing."""
    return text if len(text) <= length else text[: max(1, length - 1)] + "…"


def quoted(data: bytes, limit: int = 32) -> str:
    """The bytes as a reader knows them: text in quotes, else escaped bytes."""
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        if error.start < len(data) - 3 or not error.start:
            return cut(repr(data[: limit + 1]), limit + 3)
        text = data[: error.start].decode()  # the cut went through a character
    return f'"{cut(clean(text[: limit + 1]), limit)}"'


def amount(size: int, what: str = "byte") -> str:
    """`1 byte`, `16 bytes`, `50,000,000 bytes`."""
    return f"{size:,} {what}" if size == 1 else f"{size:,} {what}s"


def payload(data: bytes, size: int) -> str:
    """`"Hello", 5 bytes`: the first bytes, and how many there really are;
    this alone where none were kept."""
    return f"{quoted(data)}, {amount(size)}" if data else amount(size)


def address(where: Address | None) -> str:
    """`127.0.0.1:5555`, `[::1]:5555`."""
    if where is None:
        return "no address yet"
    host, port = where
    return clean(f"[{host}]:{port}" if ":" in host else f"{host}:{port}")


T = TypeVar("T")
MOST = 5
"""So many of several are named; the rest is counted."""


def joined(parts: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} and {parts[-1]}"


def several(things: Sequence[T], say: Callable[[T], str], what: str) -> str:
    """What is said of each of these; of many the first and, counted, the rest."""
    said, rest = [say(thing) for thing in things[:MOST]], len(things) - MOST
    return "; ".join([*said, amount(rest, f"more {what}")] if rest > 0 else said)


def seconds(number: float) -> str:
    """`1 second`, `0.4 seconds`."""
    return "1 second" if number == 1 else f"{number:,g} seconds"


def cells(data: bytes) -> list[str]:
    """One short text for each byte of a queue: a letter, or its value in hex."""
    return [
        chr(byte) if 32 < byte < 127 else "␣" if byte == 32 else f"{byte:02x}"
        for byte in data
    ]


def track_name(recording: Recording, program: int, track: int) -> str:
    """A thread's name, without the function that Python puts behind it; of a long
    one the number stays."""
    known = recording.programs[program].tracks
    name = known[track].name if track < len(known) else f"Thread-{track}"
    name = clean(name.split(" (")[0])
    found = re.search(r"-\d{1,4}(_\d{1,4})?$", name)  # of a pool: `-0_3`
    number = found[0] if found else ""
    return cut(name.removesuffix(number), 18 - len(number)) + number


def program_names(recording: Recording) -> list[str]:
    """`client.py`; where several have that name, `client.py (1)` and so on."""
    return list(_numbered(tuple(program.name for program in recording.programs)))


@lru_cache
def _numbered(names: tuple[str, ...]) -> tuple[str, ...]:
    all_of, so_far = Counter(names), Counter[str]()
    numbered = []
    for name in names:
        so_far[name] += 1
        number = f" ({so_far[name]})" if all_of[name] > 1 else ""
        numbered.append(clean(name) + number)
    return tuple(numbered)


def cut_name(name: str, length: int) -> str:
    """A program's name of at most so many letters; its number stays."""
    stem, sign, number = name.partition(" (")
    return cut(stem, length - len(sign + number)) + sign + number


def who(recording: Recording, program: int, track: int = 0) -> str:
    """`server.py`, or `Thread-1 of server.py`."""
    name = program_names(recording)[program]
    if not track:
        return name
    return f"{track_name(recording, program, track)} of {name}"


REASONS = {
    "client": "a client to connect",
    "bytes": "bytes to arrive",
    "datagram": "a datagram to arrive",
    "room": "room in the other side's receive queue",
    "writable": "room to send",
    "connection": "the other side to take the connection",
    "keyboard": "the keyboard",
    "time": "{time}",
    "thread": "{holder} to end",
    "lock": "the lock to be released",
    "held_lock": "the lock that {holder} holds",
    "notify": "a notify on the condition",
    "condition": "its condition to come true",
    "event": "the event to be set",
    "semaphore": "the semaphore to be released",
    "barrier": "the other threads to reach the barrier",
    "item": "an item in the queue",
    "queue_room": "room in the queue",
    "queue_done": "the queue's items to be done",
    "timer": "its time to come",
    "task": "the task to finish",
    "tasks": "the tasks to finish",
    "unseen": "something that the recorder does not see",
    "stopped": "the recorder, which lets it read no more",
    "frozen": "the recorder, which froze it",
}
"""What a call waits for (`Event.waits_for`); each completes "it waits for …"."""


def _arrives(recording: Recording, wait: Event | Wait) -> tuple[str, ...]:
    """What would end a wait for something to read: by the kinds of its sockets."""
    lane, last = (wait.program, wait.track), reversed(recording.events)
    blocks = (e for e in last if e.kind == "block" and (e.program, e.track) == lane)
    block = wait if isinstance(wait, Event) else next(blocks, Event("block", 0))
    held = [recording.sockets[number] for number in block.sockets]
    if not any(each.is_datagram for each in held):
        return ("bytes",)
    bytes_too = any(each.remote and not each.is_datagram for each in held)
    return ("bytes", "datagram") if bytes_too else ("datagram",)


def awaited(recording: Recording, wait: Event | Wait) -> str:
    """What a `block`, or a wait at the end, is for; empty if that is not known."""
    program, reasons = recording.programs[wait.program], wait.waits_for
    if "bytes" in reasons:
        at = reasons.index("bytes")
        reasons = (*reasons[:at], *_arrives(recording, wait), *reasons[at + 1 :])
    if wait.holder is not None and reasons == ("lock",):
        reasons = ("held_lock",)
    holder = "another thread"
    if wait.holder is not None and wait.holder < len(program.tracks):
        holder = clean(program.tracks[wait.holder].name)
    time = "its time to pass"
    if wait.timeout is not None:
        time = f"{seconds(wait.timeout)} to pass"
    said = (REASONS.get(each, "something") for each in reasons)
    return " or ".join(each.format(holder=holder, time=time) for each in said)
