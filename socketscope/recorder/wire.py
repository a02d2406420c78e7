"""What a watched program and the stage say to each other: kind -> fields.

Up the wire comes a plain tuple (`watched/` imports nothing that costs time): the
number of a thread, the kind, its fields, when, and the number of its question if
it waits for an answer. `heard` makes a message of this table of it; a kind or a
field that is not in the table is an error. Down goes a `Command`.

Fields that a recording has as well are called and explained as there; sockets are
numbered as the program numbers its own.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any, Literal

from socketscope.recording import Event, Raised

Raw = tuple[int, str, dict[str, Any], int, int | None]

Command = Literal["go", "ready", "where", "type", "eof", "interrupt"]
"""`go` answers a question; `ready` and `where` ask for a message of that kind."""


@dataclass(frozen=True)
class Start:
    """Python is up; it asks for its first turn."""


@dataclass(frozen=True)
class Socket:
    """A socket was made."""

    number: int
    origin: str
    family: str
    type: str


@dataclass(frozen=True)
class Named:
    """A socket is held by this variable."""

    number: int
    name: str


@dataclass(frozen=True)
class Placed:
    """A socket has these real addresses."""

    number: int
    local: Any
    remote: Any


@dataclass(frozen=True)
class Mapped:
    """The port `real` was bound for one that the program calls `shown`."""

    shown: int
    real: int


@dataclass(frozen=True)
class NamePort:
    """Asks for a lasting number of a port that the operating system chose."""

    port: int


@dataclass(frozen=True)
class NobodyAt:
    """Asks for a port that refuses, for one that nobody here has."""

    port: int


@dataclass(frozen=True)
class Track:
    """A track (a thread) begins, and waits for its first turn."""

    new: int
    text: str
    line: int | None = None


@dataclass(frozen=True)
class TrackEnd:
    """This track is over."""


@dataclass(frozen=True)
class Line:
    line: int
    function: str | None = None
    variables: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Call:
    call: str
    line: int | None = None
    function: str | None = None
    socket: int | None = None
    sockets: tuple[int, ...] = ()
    arguments: tuple[str, ...] = ()
    data: bytes | None = None
    size: int | None = None


@dataclass(frozen=True)
class Block:
    """The call cannot go on; asks for the turn in which it can."""

    call: str
    told: bool
    """To be recorded: its call was, and this is its first wait."""
    waits_for: tuple[str, ...]
    line: int | None = None
    function: str | None = None
    socket: int | None = None
    sockets: tuple[int, ...] = ()
    holder: int | None = None
    timeout: float | None = None
    until: float | None = None
    """By a library's clock: the same for what are parts of one wait."""
    unsteady: bool = False
    """The operating system will try again by timers of its own."""


@dataclass(frozen=True)
class Again:
    """Somebody else was faster; asks for the next turn in which it can go on."""


@dataclass(frozen=True)
class Resume:
    """A call that is not recorded goes on (in a free run)."""


@dataclass(frozen=True)
class Return:
    call: str
    line: int | None = None
    function: str | None = None
    socket: int | None = None
    new: int | None = None
    data: bytes | None = None
    size: int | None = None
    result: str | None = None
    error: Raised | None = None
    text: str | None = None
    late: bool = False
    """Its time was up."""
    yields: bool = False
    """It could not do anything, and gives its turn away."""


@dataclass(frozen=True)
class Pause:
    """Asks for its next turn, with nothing to tell."""

    yields: bool


@dataclass(frozen=True)
class Output:
    text: str
    stream: str = "stdout"
    line: int | None = None


@dataclass(frozen=True)
class Crash:
    error: Raised
    line: int | None = None


@dataclass(frozen=True)
class Exit:
    """The program is about to end with this status."""

    result: str


@dataclass(frozen=True)
class Unseen:
    """The program used what turns cannot order, or what is not seen."""

    what: str
    """A kind of `Note`."""


@dataclass(frozen=True)
class Cut:
    """What follows the first `kept` is left out; so far there were `all`."""

    what: str
    """A kind of `Note`."""
    kept: int | None = None
    all: int | None = None


@dataclass(frozen=True)
class Ready:
    """An answer: the blocked threads that can go on."""

    ready: tuple[int, ...]


@dataclass(frozen=True)
class Where:
    """An answer: the line in which each thread is."""

    lines: dict[int, int | None]


@dataclass(frozen=True)
class Silent:
    """The wire is cut: the program closed descriptors not its own, or became
    another one."""


@dataclass(frozen=True)
class Stray:
    """It printed past Python's own files."""

    text: str


@dataclass(frozen=True)
class Gone:
    """The process is no more."""

    status: int
    """The exit status; a signal's number with a minus sign."""


KINDS: dict[str, Any] = {
    "start": Start, "socket": Socket, "named": Named, "placed": Placed,
    "mapped": Mapped, "name_port": NamePort, "nobody_at": NobodyAt,
    "track": Track, "track_end": TrackEnd, "line": Line, "call": Call,
    "block": Block, "again": Again, "resume": Resume, "return": Return,
    "pause": Pause, "output": Output, "crash": Crash, "exit": Exit,
    "unseen": Unseen, "cut": Cut, "ready": Ready, "where": Where,
    "silent": Silent, "stray": Stray, "gone": Gone,
}  # fmt: skip

_RECORDED = {field.name for field in dataclasses.fields(Event)}


@dataclass(frozen=True)
class Heard:
    """One message, with who said it."""

    thread: int
    kind: str
    message: Any
    """Of the class that `KINDS` has for its kind."""
    at: int
    """When, in nanoseconds."""
    asked: int | None = None
    """The number of its question; None if it waits for no answer."""

    @property
    def recorded(self) -> dict[str, Any]:
        """Its fields that an event has as well."""
        return {k: v for k, v in vars(self.message).items() if k in _RECORDED}


def heard(raw: Raw) -> Heard:
    """The message that a program sent.

    Raises `KeyError` for an unknown kind, `TypeError` for an unknown field.
    """
    thread, kind, fields, at, asked = raw
    if fields.get("error") is not None:
        fields = {**fields, "error": Raised(*fields["error"])}
    return Heard(thread, kind, KINDS[kind](**fields), at, asked)
