"""One scenario that was run, as a check sees it.

A run has participants, the learner's programs and the course's own. Each made
calls and printed. What it did with one connection is a conversation.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from socketscope.reading.calls import (
    CONNECTS,
    KEYBOARD,
    RECEIVES,
    SENDS,
    Call,
    Calls,
)
from socketscope.reading.words import awaited
from socketscope.recording import Address, Event, Program, Raised, Recording, Wait

PORT = 5555
"""The port of every lesson's server."""
LEARNERS = ("server.py", "client.py")
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

    participant: Participant
    opened: Call
    """The call that made it: `connect` or `accept`."""
    socket: int
    calls: tuple[Call, ...]
    """All that the program did with it, in order."""

    @property
    def began(self) -> int:
        """Index of the event with which the program had it."""
        return self.opened.end or self.opened.start

    def of(self, *names: str) -> list[Call]:
        """Its calls of these names or roles."""
        return [c for c in self.calls if c.name in names or c.role in names]

    @property
    def sends(self) -> list[Call]:
        return self.of(SENDS)

    @property
    def receives(self) -> list[Call]:
        return self.of(RECEIVES)

    @property
    def sent(self) -> bytes:
        """All bytes that the operating system took from it, in order."""
        return b"".join(call.sent for call in self.sends)

    def sent_since(self, call: Call, end: int | None = None) -> bytes:
        """Those of the calls that began after this one, and before that event."""
        since = [c for c in self.sends if c.start > call.start]
        return b"".join(c.sent for c in since if end is None or c.start < end)

    @property
    def received(self) -> bytes:
        """All bytes that it has read, in order."""
        return b"".join(call.data for call in self.receives)

    @property
    def heard(self) -> Call | None:
        """The first call that received something."""
        return next((call for call in self.receives if call.data), None)

    @property
    def ends_of_file(self) -> list[Call]:
        """Calls that were told that the other side sends nothing more."""
        return [call for call in self.receives if call.worked and not call.data]

    @property
    def broken(self) -> Call | None:
        """The call that was told that the connection is lost, if one was."""
        for call in self.calls:
            if call.error and call.error.name.startswith(("Connection", "BrokenPipe")):
                return call
        return None

    @property
    def lost(self) -> Call | None:
        """The call in which the program met the end of it, in either way."""
        return self.broken or next(iter(self.ends_of_file), None)

    @property
    def closed(self) -> Call | None:
        """The call with which the program began to let go of it."""
        return next(iter(self.of("shutdown", "close", "detach")), None)

    @property
    def exchanges(self) -> list[Exchange]:
        """What it said, each with the answer that came before it spoke again."""
        found: list[Exchange] = []
        for call in self.calls:
            if call.role == SENDS and call.sent:
                found.append(Exchange(call, call.sent, b"", None))
            elif call.role == RECEIVES and call.data and found:
                last = found[-1]
                first, whole = last.answered or call, last.got + call.data
                found[-1] = Exchange(last.asked, last.said, whole, first)
        return found


class Participant:
    """One program of a run."""

    def __init__(self, run: Run, index: int) -> None:
        self.run = run
        self.index = index

    @property
    def program(self) -> Program:
        return self.run.recording.programs[self.index]

    @property
    def name(self) -> str:
        return self.program.name

    @property
    def role(self) -> str:
        """As messages name it: your server, your client."""
        return self.name.removesuffix(".py")

    @cached_property
    def started(self) -> bool:
        """Whether its turn to begin came at all."""
        return any(event.kind == "start" for _, event in self.events)

    @cached_property
    def events(self) -> list[tuple[int, Event]]:
        """What happened in it, each with its index in the recording."""
        every = enumerate(self.run.recording.events)
        return [(at, event) for at, event in every if event.program == self.index]

    # -- what it called -------------------------------------------------------

    @cached_property
    def all_calls(self) -> list[Call]:
        """Every call it made, in the order in which they began."""
        return [call for call in self.run.calls if call.program == self.index]

    def calls(self, *names: str) -> list[Call]:
        """Its calls of these names or roles (all, if none is given)."""
        calls = self.all_calls
        return [c for c in calls if not names or c.name in names or c.role in names]

    @cached_property
    def accepted(self) -> list[Conversation]:
        """The conversations that a server took, in order."""
        return [
            self._conversation(call, call.new)
            for call in self.calls("accept")
            if call.new is not None and call.end is not None
        ]

    @cached_property
    def connected(self) -> list[Conversation]:
        """The conversations that a client began by connecting, in order."""
        sockets = self.run.recording.sockets
        return [
            self._conversation(call, call.socket)
            for call in self.calls(CONNECTS)
            if call.socket is not None and not call.refused
            # One that does not wait is under way, and has the other's address later.
            if (call.under_way and sockets[call.socket].remote)
            or (call.worked and (call.name != "connect_ex" or call.result == "0"))
        ]

    def _conversation(self, opened: Call, socket: int) -> Conversation:
        since = opened.end or opened.start
        of_it = [c for c in self.all_calls if c.socket == socket and c.start > since]
        return Conversation(self, opened, socket, tuple(sorted(of_it, key=_did)))

    def typed(self, text: str) -> Call | None:
        """The call with which it read this line from the keyboard."""
        return next((c for c in self.calls(KEYBOARD) if c.text == text), None)

    def asks_after(self, call: Call) -> Call | None:
        """The next call after that one which reads from the keyboard."""
        return next((c for c in self.calls(KEYBOARD) if c.start > call.start), None)

    def address(self, socket: int | None) -> Address | None:
        """The address and port that one of its sockets has had."""
        return None if socket is None else self.run.recording.sockets[socket].local

    # -- what it printed ------------------------------------------------------

    def output(self, start: int = 0, end: int | None = None) -> str:
        """What it printed and complained between two events."""
        return self._output(start, end, "stdout") + self._output(start, end, "stderr")

    def printed_between(self, start: int, end: int | None = None) -> str:
        """What it printed between two events of the recording."""
        return self._output(start, end, "stdout")

    @cached_property
    def printed(self) -> str:
        """What it printed, prompts included, without what was typed."""
        return self._output(0, None, "stdout")

    def _output(self, start: int, end: int | None, stream: str) -> str:
        return "".join(
            event.text or ""
            for at, event in self.events
            if event.kind == "output" and event.stream == stream
            if start <= at and (end is None or at < end)
        )

    @cached_property
    def terminal(self) -> str:
        """Its terminal's text, with what was typed where it was typed."""
        shown = ""
        for _, event in self.events:
            if event.kind == "output":
                shown += event.text or ""
            elif event.kind == "return" and event.text is not None:
                shown += f"{event.text}\n"
        return shown

    def event_with(self, text: str) -> int | None:
        """Index of the event in which it printed this text."""
        return next((at for at, e in self.events if text in (e.text or "")), None)

    # -- how it ended ---------------------------------------------------------

    @cached_property
    def crash(self) -> Crash | None:
        """The exception that nobody caught, if there was one."""
        for at, event in self.events:
            if event.kind == "crash":
                raised = event.error or Raised("Exception")
                return Crash(self._raised_at(at, event), event.line, raised)
        return None

    def _raised_at(self, crash: int, died: Event) -> int:
        """Where an exception was raised that ended a thread: at the last event of
        its line. What comes between that and the end, `with` and `finally` did."""
        calls = [c for c in self.all_calls if c.track == died.track]
        there = [c.end or c.start for c in calls if c.line == died.line]
        lines = [
            at
            for at, event in self.events
            if event.kind == "line" and event.track == died.track
            if event.line == died.line
        ]
        return max((at for at in there + lines if at < crash), default=crash)

    @property
    def wait(self) -> Wait | None:
        """Where its main thread stood when the run ended; None if it had ended."""
        for wait in self.run.recording.verdict.waits:
            if wait.program == self.index and wait.track == 0:
                return wait
        return None

    @property
    def ending(self) -> str:
        """How it stood at the end; completes "your server …"."""
        wait, crash, program = self.wait, self.crash, self.program
        if crash is not None:
            where = f" on line {crash.line}" if crash.line else ""
            return f"stopped{where} with {crash.error}"
        if wait is None and program.signal:
            return f"was ended by signal {program.signal}"
        if wait is None:
            status = f"ended with exit status {program.status}"
            return status if program.status else "ran to its end"
        where = f" on line {wait.line}" if wait.line else ""
        if wait.call is None:
            return f"was still running{where}"
        what = awaited(self.run.recording, wait)
        waited = f"waited for {what}" if what else "waited"
        return f"stood in {wait.call}(){where} and {waited}"

    # -- how it is written, where a message has to name it -----------------------

    def code(self, line: int | None) -> str:
        """The text of one of its lines."""
        lines = self.program.source.splitlines()
        return lines[line - 1].strip() if line and line <= len(lines) else ""


def came_after(call: Call, other: Call) -> bool:
    """Whether a receive returned after the other call, though it may have begun
    before: a thread of its own may wait for what comes."""
    return call.end is None or call.end > (other.end or other.start)


def _did(call: Call) -> int:
    """Where it did what it is for: a receive, which may wait, at its end."""
    return call.end if call.role == RECEIVES and call.end else call.start


@dataclass(frozen=True)
class Crash:
    """An exception that nobody caught."""

    event: int
    """Index of the event in which it was raised."""
    line: int | None
    error: Raised


class Run:
    """One scenario that was run: its participants, by name or in order."""

    def __init__(self, recording: Recording, names: Sequence[str]) -> None:
        self.recording = recording
        self.calls = tuple(Calls(recording.events))
        self.names = tuple(names)
        self.participants = [
            Participant(self, index) for index in range(len(recording.programs))
        ]

    def __getitem__(self, name: str) -> Participant:
        return self.participants[self.names.index(name)]

    def __contains__(self, name: str) -> bool:
        return name in self.names

    @property
    def server(self) -> Participant:
        return self["server.py"]

    @property
    def client(self) -> Participant:
        return self["client.py"]

    @property
    def end(self) -> int:
        """The index behind that of the last event."""
        return len(self.recording.events)

    def named(self, name: str) -> list[Participant]:
        """All participants of this name, none if the scenario has none."""
        pairs = zip(self.participants, self.names, strict=True)
        return [participant for participant, each in pairs if each == name]

    @property
    def learners(self) -> list[Participant]:
        """The learner's programs, the servers first."""
        return [each for name in LEARNERS for each in self.named(name)]

    @property
    def left_open(self) -> bool:
        """Whether, at the end, the server's side had not hung up in its turn.

        False where the operating system's view could not be read, or where time
        was up before the programs had come to rest.
        """
        if self.recording.verdict.kind == "busy":
            return False
        last = {
            (end.local, end.remote): end.state
            for event in self.recording.events
            for end in event.tcp or ()
        }
        return any(
            local[1] == PORT and state == "CLOSE_WAIT"
            for (local, _), state in last.items()
        )

    @property
    def server_closed_first(self) -> int | None:
        """Index of the event in which the server's side closed first.

        None if it did not, or if the operating system's view could not be read.
        """
        for at, event in enumerate(self.recording.events):
            for end in event.tcp or ():
                if end.local[1] == PORT and end.remote and end.state in OURS_CLOSED:
                    return at
        return None
