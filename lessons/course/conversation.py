"""A run, seen as conversations: who connected, what was said, who hung up."""

from __future__ import annotations

from dataclasses import dataclass

from lessons.course.run import CONNECTS, KEYBOARD, RECEIVES, SENDS, Actor, Call, Run

OURS_CLOSED = ("FIN_WAIT_1", "FIN_WAIT_2", "CLOSING", "TIME_WAIT")
"""States of the end that closed first: RFC 9293, section 3.6."""


@dataclass(frozen=True)
class Exchange:
    """One thing that was sent, and what came back before the next."""

    asked: Call
    said: bytes
    got: bytes
    answered: Call | None
    """The first call that received something of the answer."""


@dataclass(frozen=True)
class Conversation:
    """One connection, from the side of one program."""

    actor: Actor
    socket: int
    began: int
    """Index of the event with which the program had it."""
    calls: tuple[Call, ...]
    """All that the program did with it, in order."""

    def of(self, *names: str) -> list[Call]:
        """Its calls of these names."""
        return [call for call in self.calls if call.name in names]

    @property
    def sent(self) -> bytes:
        return b"".join(taken(call) for call in self.of(*SENDS))

    @property
    def received(self) -> bytes:
        return b"".join(call.data for call in self.of(*RECEIVES))

    @property
    def heard(self) -> Call | None:
        """The first call that received something."""
        return next((call for call in self.of(*RECEIVES) if call.data), None)

    @property
    def ends_of_file(self) -> list[Call]:
        """Calls that were told that the other side sends nothing more."""
        return [c for c in self.of(*RECEIVES) if c.worked and not c.data]

    @property
    def broken(self) -> Call | None:
        """The call that was told that the connection is lost, if one was."""
        for call in self.calls:
            if call.error and call.error.startswith(("Connection", "BrokenPipe")):
                return call
        return None

    @property
    def closed(self) -> Call | None:
        """The call with which the program began to let go of it."""
        return next(iter(self.of("shutdown", "close", "detach")), None)

    @property
    def exchanges(self) -> list[Exchange]:
        """What it said, each with the answer that came before it spoke again."""
        found: list[Exchange] = []
        for call in self.calls:
            if call.name in SENDS and taken(call):
                found.append(Exchange(call, taken(call), b"", None))
            elif call.name in RECEIVES and call.data and found:
                last = found[-1]
                first = last.answered or call
                whole = last.got + call.data
                found[-1] = Exchange(last.asked, last.said, whole, first)
        return found


def taken(call: Call) -> bytes:
    """The bytes that the operating system took from a call that sends."""
    if not call.worked:
        return b""
    result = call.result or ""
    return call.data[: int(result)] if result.isdigit() else call.data


def accepted(actor: Actor) -> list[Conversation]:
    """The conversations that a server took, in order."""
    return [
        _conversation(actor, call.new, call.end)
        for call in actor.calls("accept")
        if call.new is not None and call.end is not None
    ]


def connected(actor: Actor) -> list[Conversation]:
    """The conversations that a client began by connecting, in order."""
    return [
        _conversation(actor, call.socket, call.end)
        for call in actor.calls(*CONNECTS)
        if call.worked and call.socket is not None and call.end is not None
    ]


def _conversation(actor: Actor, socket: int, began: int) -> Conversation:
    calls = [c for c in actor.all_calls if c.socket == socket and c.start > began]
    return Conversation(actor, socket, began, tuple(calls))


def left_open(run: Run, port: int) -> bool:
    """Whether, at the end, the side with this port had not hung up in its turn.

    False where the operating system's view could not be read, or where time was
    up before the programs had come to rest.
    """
    if run.recording.verdict.kind == "busy":
        return False
    views = [event.tcp for event in run.recording.events if event.tcp is not None]
    return bool(views) and any(
        end.local[1] == port and end.state == "CLOSE_WAIT" for end in views[-1]
    )


def closed_first(run: Run, port: int) -> int | None:
    """Index of the event in which the side with this port closed first.

    None if it did not, or if the operating system's view could not be read.
    """
    for at, event in enumerate(run.recording.events):
        for end in event.tcp or ():
            if end.local[1] == port and end.remote and end.state in OURS_CLOSED:
                return at
    return None


def shown(data: bytes) -> str:
    """Bytes as a message quotes them: as text where they are text."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return repr(data)
    return f"“{text}”" if text.isprintable() else repr(data)


def actors(run: Run, name: str) -> list[Actor]:
    """All actors of this name, none if the scenario has none."""
    return [a for a, n in zip(run.actors, run.names, strict=True) if n == name]


def line_typed(client: Actor, text: str) -> Call | None:
    """The call with which a program read this line from the keyboard."""
    return next((c for c in client.calls(*KEYBOARD) if c.text == text), None)


def next_keyboard(client: Actor, call: Call) -> Call | None:
    """The next call after that one which reads from the keyboard."""
    return next((c for c in client.calls(*KEYBOARD) if c.start > call.start), None)


def event_with(actor: Actor, text: str) -> int | None:
    """Index of the event in which it printed this text."""
    for at, event in enumerate(actor.recording.events):
        if event.program == actor.index and text in (event.text or ""):
            return at
    return None
