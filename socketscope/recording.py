"""What happened: one recording of socket programs that really talked.

Everything downstream (the drawings, the checks, a page in a browser) reads a
`Recording` and nothing else, so this module says what is in one, field by
field, and how it is saved. It imports nothing of the recorder: a recording
made elsewhere, in a browser say, is as good as one of ours.

It holds codes and figures, not sentences: why a call waits, which exception it
was, how all ended. The words for them are the readers' (`reading.words`).
"""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import UnionType
from typing import Any, Union, cast, get_args, get_origin, get_type_hints

VERSION = 3

Address = tuple[str, int]
"""A host and a port, as shown: mapped ports are already replaced."""


class NotARecording(ValueError):
    """The file or text is not a recording that this version can read."""


@dataclass(frozen=True)
class Track:
    """One line of doing within a program, beside which there may be others.

    A task of asyncio can be one, of the kind `task`. It would begin where the loop
    makes it (`track`) and end where it is done (`track_end`); what it awaits would
    be its `block`, and its calls its own. The loop's `select` stays with the thread
    that runs it: there the program waits for the operating system, for all tasks
    at once. So a reader that follows tracks needs to learn nothing new.
    """

    name: str = "MainThread"
    kind: str = "thread"


@dataclass(frozen=True)
class Program:
    """One program of the recording; the first is the server."""

    name: str
    """The file's name, for example `server.py`."""
    source: str
    """The text that ran, so that a line number can be shown as code."""
    tracks: tuple[Track, ...] = (Track(),)
    """What it does side by side, in the order of their beginnings."""
    status: int | None = None
    """Exit status as a shell would show it; None if the recorder ended it."""
    signal: int | None = None
    """The signal that ended it; None if it ended by itself."""


@dataclass(frozen=True)
class Socket:
    """One socket that a program held. Events name it by its index."""

    program: int
    """Index of the program that holds it."""
    name: str | None = None
    """The variable the learner keeps it in, where one was found."""
    origin: str = "socket"
    """The call that made it: `socket`, `accept`, `dup`, `fromfd` …"""
    family: str = "AF_INET"
    type: str = "SOCK_STREAM"
    local: Address | None = None
    """Its own address once it had one (the last known)."""
    remote: Address | None = None
    """The other end's address once it was connected."""

    @property
    def is_datagram(self) -> bool:
        """It sends and receives datagrams (UDP), and no stream of bytes."""
        return self.type == "SOCK_DGRAM"

    @property
    def is_tcp(self) -> bool:
        return self.type == "SOCK_STREAM" and self.family.startswith("AF_INET")


@dataclass(frozen=True)
class TcpState:
    """The operating system's view of one TCP socket at one moment."""

    local: Address
    remote: Address | None
    """None for a listener."""
    state: str
    """A state of RFC 9293 section 3.3.2, `_` for `-`: `ESTABLISHED`,
    `CLOSE_WAIT`, `FIN_WAIT_2`, `TIME_WAIT` …; `CLOSED` when it is no more."""
    waiting: int | None = None
    """Bytes received and not yet read (a FIN is not counted); for a listener,
    connections that wait to be accepted. None where it could not be read."""
    socket: int | None = None
    """Index of the program's socket; None if no program holds it: it waits to
    be accepted, or it is left over, as in TIME_WAIT."""


@dataclass(frozen=True)
class Raised:
    """An exception."""

    kind: str
    """Its class, with the module where that is not Python's own."""
    text: str = ""
    """What Python says of it."""
    errno: str | None = None
    """The name of its number, as `ECONNREFUSED`, the same on every system; None
    if it has none."""

    def __str__(self) -> str:
        """The exception as the last line of a traceback shows it."""
        return f"{self.kind}: {self.text}" if self.text else self.kind

    @property
    def name(self) -> str:
        """Its class alone."""
        return self.kind.rpartition(".")[2]

    @property
    def timed_out(self) -> bool:
        return self.name == "TimeoutError"

    @property
    def would_wait(self) -> bool:
        """The socket was told not to wait, and this call would have to."""
        names = ("BlockingIOError", "SSLWantReadError", "SSLWantWriteError")
        return self.name in names


@dataclass(frozen=True)
class Event:
    """One thing that happened. Fields that do not apply keep their default.

    `kind` is one of:

    - `start`: the program began to run
    - `line`: it is about to run `line`; `variables` holds what changed
    - `call`: a track calls `call` with `arguments` (and `data`)
    - `block`: that call cannot go on; `waits_for` says why
    - `return`: that call is over, with `result` (and `data`), or `error`
    - `output`: it printed `text` on `stream`
    - `cut`: what the program calls from here on is not recorded
    - `track`: track `track` began (`text` is its name)
    - `track_end`: track `track` is over
    - `crash`: the exception `error` nobody caught ended the track
    - `exit`: the program ended with status `result`
    - `gone`: its process is no more; `tcp` shows what is left of its sockets

    A `call` is followed, in the same track, by at most one `block` and then
    its `return`, unless the recording ends first. A person who types is the
    `return` of a call to `input` (or `readline`), the text in `text`.
    """

    kind: str
    program: int
    track: int = 0
    """Index into `Program.tracks`."""
    line: int | None = None
    """The learner's source line, from 1."""
    function: str | None = None
    """Name of the learner's function; None at module level."""
    call: str | None = None
    """`bind`, `accept`, `recv`, `close` …; also what makes a program wait
    without a socket: `input`, `sleep`, `join`, `acquire`, `select` …"""
    socket: int | None = None
    """Index into `Recording.sockets`."""
    sockets: tuple[int, ...] = ()
    """For `select` and its kin: all the sockets that are waited for."""
    arguments: tuple[str, ...] = ()
    """As Python would write them, long ones cut; bytes are in `data`."""
    data: bytes | None = None
    """The first bytes handed over or received: at most `DATA_LIMIT`, and fewer
    where a program moves much."""
    size: int | None = None
    """How many bytes there really were."""
    new: int | None = None
    """The socket that `accept` (or `dup`) returned."""
    result: str | None = None
    """Any other result, as Python would write it; None for None."""
    error: Raised | None = None
    """What it raised instead."""
    waits_for: tuple[str, ...] = ()
    """For `block`: any of these would let it go on. `client` (to connect),
    `bytes`, `datagram` (to arrive), `room` (in the other side's receive queue),
    `writable` (the same, asked by `select`), `connection` (to be taken),
    `keyboard`, `time` (to pass), `thread` (to end), and what the modules
    threading and queue wait for: `lock`, `notify`, `condition`, `event`,
    `semaphore`, `barrier`, `item`, `queue_room`, `queue_done`, `timer`, `task`,
    `tasks`; and `unseen` (the recorder does not see it), `stopped` (the recorder
    lets it read no more). In a verdict also `frozen` (it was stopped)."""
    holder: int | None = None
    """For `block`: the track that holds the `lock`, or that is to end."""
    timeout: float | None = None
    """For `block`: seconds after which the call gives up; None for never."""
    text: str | None = None
    """What was printed or typed (without the newline when typed; None with
    `result` `EOF` when the keyboard's end of file was read)."""
    stream: str | None = None
    """`stdout` or `stderr`."""
    variables: tuple[tuple[str, str], ...] = ()
    """For `line`: names and `repr`s that changed since this track's last."""
    tcp: tuple[TcpState, ...] | None = None
    """The ends that the operating system has otherwise than before, just after
    this event; None where nothing changed or nothing could be read."""


DATA_LIMIT = 4096
"""Bytes of one payload that a recording keeps; `Event.size` has them all."""


@dataclass(frozen=True)
class Wait:
    """Where one track stood when the recording ended."""

    program: int
    track: int
    call: str | None
    """The call it waits in; None if it was running its own code."""
    line: int | None
    waits_for: tuple[str, ...] = ()
    """As in `Event`."""
    holder: int | None = None
    timeout: float | None = None
    """As in `Event`."""


@dataclass(frozen=True)
class Verdict:
    """How it ended.

    `kind` is `finished`, `idle` (a server waits for its next client, or somebody could
    type), `deadlock` (everyone waits for someone else), `busy` (a program goes
    on and on), `crashed` (an exception that nobody caught), or `open` (nothing
    more was seen, and something may have gone on).
    """

    kind: str
    because: str = ""
    """`idle`: `client` (none is left), `keyboard` (nothing more is typed), or
    `rounds` (only the same timers pass). `busy`: `running` (it computes), `polls`
    (it asks again and again, in vain), `memory` (it held too much), or `time` (it
    was up). `crashed`: `error`
    or `signal`. `open`: `unseen` (something is not seen), `timer` (a deadline is
    later than the recording ends), or `fault` (one that was arranged)."""
    program: int | None = None
    """The one that crashed, or goes on and on."""
    seconds: float | None = None
    """The time that was up, or that it has computed without a word."""
    waits: tuple[Wait, ...] = ()
    """Every track that had not ended."""


@dataclass(frozen=True)
class Note:
    """What was arranged, or could not be seen.

    `kind` is one of:

    - `turns`, `free`, `real_ports`: how the programs ran
    - `mapped`: free ports stood in for `Recording.mapped_ports`
    - `split`: no receive brought more than `number` bytes of a stream
    - `stopped`: the receives of `program` returned no more
    - `frozen`: `program` was stopped by SIGSTOP as it waited in the call `text`;
      `unfrozen`: it was to be, and never waited there
    - `unserved`: `program` asked for port `number`, where none of them listened
    - `asyncio`, `tls`, `ciphertext`, `udp`, `unix`, `processes`, `exec`, `blind`,
      `alarm`, `stray`: what `program` used or did that is not seen, or not in its order
    - `anew`: `program` started another, so the first recording was given up for
      one on the real ports
    - `calls`, `lines`: `program` did more than the first `number` that are kept,
      of `all` if that is known
    - `prints`: `program` printed more than is kept
    - `untyped`: `program` never read the line `text`
    - `no_view`: the operating system's view could not be read
    - `no_unread`: this system does not tell how many bytes wait unread
    """

    kind: str
    program: int | None = None
    number: int | None = None
    text: str | None = None
    all: int | None = None


@dataclass(frozen=True)
class Recording:
    """Real programs, real TCP, and what the operating system saw of it."""

    programs: tuple[Program, ...]
    sockets: tuple[Socket, ...]
    events: tuple[Event, ...]
    verdict: Verdict
    python: str
    """The version that ran the programs, for example `3.12.1`."""
    system: str
    """`Linux`, `Darwin` or `Windows` (as `platform.system()` says)."""
    turns: bool = True
    """Programs took turns; False for a free run."""
    order: int = 0
    """Which of the possible turn orders this is (`--order`)."""
    order_fixed: bool = True
    """The same programs, typing and order take the same turns again. What they
    meet in them may differ: how full a TCP queue is, and whatever a clock or
    random numbers decide."""
    mapped_ports: tuple[int, ...] = ()
    """Ports that the programs name and the recorder replaced by free ones."""
    notes: tuple[Note, ...] = ()
    """What was arranged and what could not be seen; every drawing says them."""

    def to_json(self) -> str:
        """This recording as text; the same recording gives the same text."""
        fields = {"socketscope": VERSION, **_plain(self)}
        long = {name: fields.pop(name) for name in ("programs", "sockets", "events")}
        parts = [f"  {json.dumps(name)}: {json.dumps(fields[name])}" for name in fields]
        for name, items in long.items():
            lines = ",\n".join(f"    {json.dumps(item)}" for item in items)
            parts.append(f"  {json.dumps(name)}: [\n{lines}\n  ]")
        return "{\n" + ",\n".join(parts) + "\n}\n"

    @classmethod
    def from_json(cls, text: str) -> Recording:
        """The recording that `to_json` wrote.

        Raises `NotARecording`, with a sentence for the reader, if the text is
        something else or was written by a newer version.
        """
        try:
            fields = json.loads(text)
        except ValueError:
            raise NotARecording("This is not a recording: it is not JSON.") from None
        if not isinstance(fields, dict) or "socketscope" not in fields:
            raise NotARecording(
                "This is JSON, but not a recording: it does not say "
                '"socketscope" with a version.'
            )
        version = fields.pop("socketscope")
        if version != VERSION:
            newer = isinstance(version, int) and version > VERSION
            cure = "Please update it." if newer else "Please record its programs again."
            raise NotARecording(
                f"This recording is of version {version}, and this socketscope "
                f"reads version {VERSION}. {cure}"
            )
        try:
            return cast(Recording, _made(Recording, fields))
        except (TypeError, KeyError, ValueError, AttributeError) as error:
            raise NotARecording(f"This recording is damaged: {error}.") from None

    def save(self, path: str | Path) -> None:
        """Write it to a file, as JSON in UTF-8."""
        Path(path).write_text(self.to_json(), encoding="utf-8")

    @classmethod
    def load(cls, path: str | Path) -> Recording:
        """Read a saved recording; raises `NotARecording` or `OSError`."""
        try:
            text = Path(path).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            raise NotARecording("This is not a recording: it is not text.") from None
        return cls.from_json(text)


def _plain(value: Any) -> Any:
    """The value as JSON can hold it; fields left at their default are left out."""
    if isinstance(value, bytes):
        # Readable where it is text, exact where it is not.
        return value.decode("utf-8", "surrogateescape")
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    if not dataclasses.is_dataclass(value):
        return value
    fields = [(f, getattr(value, f.name)) for f in dataclasses.fields(value)]
    return {f.name: _plain(each) for f, each in fields if each != f.default}


_types = cache(get_type_hints)


def _made(kind: Any, value: Any) -> Any:
    """The value of this type that `_plain` wrote."""
    if isinstance(kind, type) and dataclasses.is_dataclass(kind):
        known = _types(kind)
        for field in dataclasses.fields(kind):
            if field.default is dataclasses.MISSING and field.name not in value:
                raise ValueError(f"it has no {field.name!r}")
        return kind(**{name: _made(known[name], each) for name, each in value.items()})
    if get_origin(kind) in (Union, UnionType):
        return None if value is None else _made(get_args(kind)[0], value)
    if get_origin(kind) is tuple:
        items = get_args(kind)
        kinds = items if items[-1] is not Ellipsis else [items[0]] * len(value)
        return tuple(_made(k, v) for k, v in zip(kinds, value, strict=True))
    if kind is bytes:
        return value.encode("utf-8", "surrogateescape")
    if not isinstance(value, (kind, int) if kind is float else kind):
        raise TypeError(f"{value!r} is not of type {kind.__name__}")
    return value
