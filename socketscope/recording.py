"""What happened: one recording of socket programs that really talked.

Everything downstream (the drawings, the checks, a page in a browser) reads a
`Recording` and nothing else, so this module says what is in one, field by
field, and how it is saved. It imports nothing of the recorder: a recording
made elsewhere, in a browser say, is as good as one of ours.
"""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

VERSION = 1

Address = tuple[str, int]
"""A host and a port, as shown: mapped ports are already replaced."""


class NotARecording(ValueError):
    """The file or text is not a recording that this version can read."""


@dataclass(frozen=True)
class Program:
    """One program of the recording; the first is the server."""

    name: str
    """The file's name, for example `server.py`."""
    source: str
    """The text that ran, so that a line number can be shown as code."""
    threads: tuple[str, ...] = ("MainThread",)
    """Names of its threads in the order they started, the main one first."""
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
    `CLOSE_WAIT`, `FIN_WAIT_2`, `TIME_WAIT` …"""
    waiting: int | None = None
    """Bytes received and not yet read (a FIN is not counted); for a listener,
    connections that wait to be accepted. None where it could not be read."""
    socket: int | None = None
    """Index of the program's socket; None if no program holds it: it waits to
    be accepted, or it is left over, as in TIME_WAIT."""


@dataclass(frozen=True)
class Event:
    """One thing that happened. Fields that do not apply keep their default.

    `kind` is one of:

    - `start`: the program began to run
    - `line`: it is about to run `line`; `variables` holds what changed
    - `call`: a thread calls `call` with `arguments` (and `data`)
    - `block`: that call cannot go on; `waits_for` says why
    - `return`: that call is over, with `result` (and `data`), or `error`
    - `output`: it printed `text` on `stream`
    - `thread`: thread `thread` began (`text` is its name)
    - `thread_end`: thread `thread` is over
    - `crash`: the exception `error` nobody caught ended the thread
    - `exit`: the program ended with status `result`
    - `gone`: its process is no more; `tcp` shows what is left of its sockets

    A `call` is followed, in the same thread, by at most one `block` and then
    its `return`, unless the recording ends first. A person who types is the
    `return` of a call to `input` (or `readline`), the text in `text`.
    """

    kind: str
    program: int
    thread: int = 0
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
    """The first bytes handed over or received (at most `DATA_LIMIT`)."""
    size: int | None = None
    """How many bytes there really were."""
    new: int | None = None
    """The socket that `accept` (or `dup`) returned."""
    result: str | None = None
    """Any other result, as Python would write it; None for None."""
    error: str | None = None
    """The exception, as the last line of a traceback shows it."""
    waits_for: str | None = None
    """For `block`: `a client to connect`, `bytes to arrive`, `room in the
    other side's receive queue`, `the keyboard`, `the lock that Thread-1
    holds` … It completes the sentence "it waits for …"."""
    timeout: float | None = None
    """For `block`: seconds after which the call gives up; None for never."""
    text: str | None = None
    """What was printed or typed (without the newline when typed; None with
    `result` `EOF` when the keyboard's end of file was read)."""
    stream: str | None = None
    """`stdout` or `stderr`."""
    variables: tuple[tuple[str, str], ...] = ()
    """For `line`: names and `repr`s that changed since this thread's last."""
    tcp: tuple[TcpState, ...] | None = None
    """The operating system's view just after this event, where it differs
    from the one before; None where it is unchanged or could not be read."""


DATA_LIMIT = 4096
"""Bytes of one payload that a recording keeps; `Event.size` has them all."""


@dataclass(frozen=True)
class Wait:
    """Where one thread stood when the recording ended."""

    program: int
    thread: int
    call: str | None
    """The call it waits in; None if it was running its own code."""
    line: int | None
    waits_for: str | None = None


@dataclass(frozen=True)
class Verdict:
    """How it ended.

    `kind` is `finished`, `idle` (a server waits for its next client),
    `deadlock` (everyone waits for someone else), `busy` (a program goes on
    and on), or `crashed` (an exception that nobody caught).
    """

    kind: str
    sentence: str
    """In plain words, with the line numbers."""
    waits: tuple[Wait, ...] = ()
    """Every thread that had not ended."""


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
    """The same programs, typing and order give this very recording again."""
    mapped_ports: tuple[int, ...] = ()
    """Ports that the programs name and the recorder replaced by free ones."""
    notes: tuple[str, ...] = ()
    """What was arranged and what could not be seen, a sentence each; every
    drawing shows them."""

    def to_json(self) -> str:
        """This recording as text; the same recording gives the same text."""
        body = {
            name: value
            for name, value in _plain(self).items()
            if name not in ("programs", "sockets", "events")
        }
        head = {"socketscope": VERSION, **body}
        lists = [
            f"  {json.dumps(name)}: [\n"
            + ",\n".join("    " + json.dumps(_plain(item)) for item in items)
            + "\n  ]"
            for name, items in (
                ("programs", self.programs),
                ("sockets", self.sockets),
                ("events", self.events),
            )
        ]
        fields = [f"  {json.dumps(k)}: {json.dumps(v)}" for k, v in head.items()]
        return "{\n" + ",\n".join(fields + lists) + "\n}\n"

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
        if not isinstance(version, int) or version > VERSION:
            raise NotARecording(
                f"This recording is of version {version}, and this socketscope "
                f"reads up to {VERSION}. Please update it."
            )
        try:
            return _recording(fields)
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


def _plain(item: Any) -> dict[str, Any]:
    """A dataclass as JSON can hold it, without the fields left at default."""
    plain = {}
    for field in dataclasses.fields(item):
        value = getattr(item, field.name)
        if field.default is not dataclasses.MISSING and value == field.default:
            continue
        if isinstance(value, bytes):
            # Readable where it is text, exact where it is not.
            value = value.decode("utf-8", "surrogateescape")
        elif dataclasses.is_dataclass(value):
            value = _plain(value)
        elif isinstance(value, tuple):
            value = [_plain(v) if dataclasses.is_dataclass(v) else v for v in value]
        plain[field.name] = value
    return plain


def _address(value: list[Any] | None) -> Address | None:
    return None if value is None else (str(value[0]), int(value[1]))


def _event(fields: dict[str, Any]) -> Event:
    for name in ("sockets", "arguments"):
        fields[name] = tuple(fields.get(name, ()))
    fields["variables"] = tuple((k, v) for k, v in fields.get("variables", ()))
    if fields.get("data") is not None:
        fields["data"] = fields["data"].encode("utf-8", "surrogateescape")
    if fields.get("tcp") is not None:
        fields["tcp"] = tuple(_tcp(state) for state in fields["tcp"])
    return Event(**fields)


def _tcp(fields: dict[str, Any]) -> TcpState:
    local = _address(fields.pop("local"))
    assert local is not None
    return TcpState(local=local, remote=_address(fields.pop("remote")), **fields)


def _socket(fields: dict[str, Any]) -> Socket:
    ends: dict[str, Any] = {
        end: _address(fields.pop(end, None)) for end in ("local", "remote")
    }
    return Socket(**ends, **fields)


def _program(fields: dict[str, Any]) -> Program:
    threads = tuple(fields.pop("threads", ("MainThread",)))
    return Program(threads=threads, **fields)


def _verdict(fields: dict[str, Any]) -> Verdict:
    waits = tuple(Wait(**wait) for wait in fields.pop("waits", ()))
    return Verdict(waits=waits, **fields)


def _recording(fields: dict[str, Any]) -> Recording:
    for name in ("mapped_ports", "notes"):
        fields[name] = tuple(fields.get(name, ()))
    return Recording(
        programs=tuple(map(_program, fields.pop("programs"))),
        sockets=tuple(map(_socket, fields.pop("sockets"))),
        events=tuple(map(_event, fields.pop("events"))),
        verdict=_verdict(fields.pop("verdict")),
        **fields,
    )
