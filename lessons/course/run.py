"""A recording, asked in the words that checks use."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from socketscope.recording import Address, Event, Recording, Wait

SENDS = ("send", "sendall", "sendto", "sendmsg", "sendfile")
RECEIVES = ("recv", "recv_into", "recvfrom", "recvfrom_into", "recvmsg")
CONNECTS = ("connect", "connect_ex")
KEYBOARD = ("input", "readline")


@dataclass(frozen=True)
class Call:
    """One call that a program made, from beginning to end."""

    name: str
    start: int
    """Index of the event in which it began."""
    end: int | None
    """Index of the event in which it returned; None if it never did."""
    line: int | None
    thread: int = 0
    socket: int | None = None
    arguments: tuple[str, ...] = ()
    data: bytes = b""
    """What it sent or received (the first `DATA_LIMIT` bytes)."""
    result: str | None = None
    error: str | None = None
    new: int | None = None
    """The socket that `accept` returned."""
    text: str | None = None
    """What was typed."""
    blocked: bool = False

    @property
    def worked(self) -> bool:
        """It returned, and not with an exception."""
        return self.end is not None and self.error is None


class Actor:
    """One program of a run."""

    def __init__(self, recording: Recording, index: int) -> None:
        self.recording = recording
        self.index = index
        self.program = recording.programs[index]

    @property
    def name(self) -> str:
        return self.program.name

    @property
    def status(self) -> int | None:
        """Its exit status; None if it had to be stopped."""
        return self.program.status

    @cached_property
    def started(self) -> bool:
        """Whether its turn to begin came at all."""
        return any(
            event.program == self.index and event.kind == "start"
            for event in self.recording.events
        )

    @cached_property
    def all_calls(self) -> list[Call]:
        """Every call it made, in the order in which they began."""
        calls = []
        for at, event in enumerate(self.recording.events):
            if event.program == self.index and event.kind == "call" and event.call:
                calls.append(self._call(at, event))
        return calls

    def _call(self, start: int, call: Event) -> Call:
        end, blocked, back = None, False, call
        for at in range(start + 1, len(self.recording.events)):
            event = self.recording.events[at]
            if event.program != self.index or event.thread != call.thread:
                continue
            if event.kind == "block":
                blocked = True
            elif event.kind == "return":
                end, back = at, event
                break
            elif event.kind in ("call", "exit", "gone", "crash"):
                break
        data = call.data if call.data is not None else back.data
        return Call(
            name=call.call or "",
            start=start,
            end=end,
            line=call.line,
            thread=call.thread,
            socket=call.socket if call.socket is not None else back.socket,
            arguments=call.arguments,
            data=data or b"",
            result=back.result if end is not None else None,
            error=back.error if end is not None else None,
            new=back.new if end is not None else None,
            text=back.text if end is not None else None,
            blocked=blocked,
        )

    def calls(self, *names: str) -> list[Call]:
        """Its calls of these names (of all names, if none is given)."""
        return [call for call in self.all_calls if not names or call.name in names]

    @cached_property
    def sent(self) -> bytes:
        """All bytes that the operating system took from it, in order."""
        taken = b""
        for call in self.calls(*SENDS):
            if call.worked:
                result = call.result or ""
                taken += call.data[: int(result)] if result.isdigit() else call.data
        return taken

    @cached_property
    def received(self) -> bytes:
        """All bytes that it has read, in order."""
        return b"".join(call.data for call in self.calls(*RECEIVES))

    @cached_property
    def printed(self) -> str:
        """What it printed, prompts included, without what was typed."""
        return self._output("stdout")

    @cached_property
    def complained(self) -> str:
        """What it wrote to standard error."""
        return self._output("stderr")

    def printed_between(self, start: int, end: int | None = None) -> str:
        """What it printed between two events of the recording."""
        return "".join(
            event.text or ""
            for event in self.recording.events[start:end]
            if (event.program, event.kind, event.stream)
            == (self.index, "output", "stdout")
        )

    def _output(self, stream: str) -> str:
        return "".join(
            event.text or ""
            for event in self.recording.events
            if (event.program, event.kind, event.stream)
            == (self.index, "output", stream)
        )

    @cached_property
    def terminal(self) -> str:
        """Its terminal's text, with what was typed where it was typed."""
        shown = ""
        for event in self.recording.events:
            if event.program != self.index:
                continue
            if event.kind == "output":
                shown += event.text or ""
            elif event.call in KEYBOARD and event.kind == "return" and event.text:
                shown += f"{event.text}\n"
        return shown

    @cached_property
    def crash(self) -> Event | None:
        """The exception that nobody caught, if there was one."""
        for event in self.recording.events:
            if event.program == self.index and event.kind == "crash":
                return event
        return None

    @property
    def wait(self) -> Wait | None:
        """Where its main thread stood when the run ended; None if it had ended."""
        for wait in self.recording.verdict.waits:
            if wait.program == self.index and wait.thread == 0:
                return wait
        return None

    @property
    def ending(self) -> str:
        """How it stood at the end; completes "your server …"."""
        wait, crash = self.wait, self.crash
        if crash is not None:
            where = f" on line {crash.line}" if crash.line else ""
            return f"stopped{where} with {crash.error}"
        if wait is None and self.program.signal:
            return f"was ended by signal {self.program.signal}"
        if wait is None:
            status = f"ended with exit status {self.status}"
            return status if self.status else "ran to its end"
        where = f" on line {wait.line}" if wait.line else ""
        if wait.call is None:
            return f"was still running{where}"
        what = f" for {wait.waits_for}" if wait.waits_for else ""
        return f"stood in {wait.call}(){where} and waited{what}"

    def address(self, socket: int | None) -> Address | None:
        """The address and port that one of its sockets has had."""
        return None if socket is None else self.recording.sockets[socket].local

    def closed_by(self, closing: Call) -> str:
        """What closed a socket: a `close()`, the end of a block, or nobody."""
        code = self.code(closing.line)
        if closing.result == "dropped":
            return f"Python, since from line {closing.line} on no name held it"
        if code.startswith("with ") or "ExitStack" in code:
            return f"the end of the `with` block of line {closing.line}"
        return f"close() on line {closing.line}"

    def handlers(self, line: int | None) -> list[tuple[int, str]]:
        """The `except` clauses around a line: where, and what they name."""
        around = [
            each
            for each in ast.walk(ast.parse(self.program.source))
            if isinstance(each, ast.Try)
            and any(part.lineno <= (line or 0) <= _last(part) for part in each.body)
        ]
        return [
            (handler.lineno, ast.unparse(handler.type) if handler.type else "")
            for each in around
            for handler in each.handlers
        ]

    def code(self, line: int | None) -> str:
        """The text of one of its lines."""
        lines = self.program.source.splitlines()
        return lines[line - 1].strip() if line and line <= len(lines) else ""


def _last(part: ast.stmt) -> int:
    return part.end_lineno or part.lineno


class Run:
    """One scenario that was run: its actors, by name."""

    def __init__(self, recording: Recording, names: tuple[str, ...]) -> None:
        self.recording = recording
        self.names = names
        self.actors = [Actor(recording, i) for i in range(len(recording.programs))]

    def __getitem__(self, name: str) -> Actor:
        return self.actors[self.names.index(name)]

    def __contains__(self, name: str) -> bool:
        return name in self.names

    @property
    def server(self) -> Actor:
        return self["server.py"]

    @property
    def client(self) -> Actor:
        return self["client.py"]


@dataclass(frozen=True)
class NotYet:
    """Why a check has not passed: what the program did, and one question."""

    did: str
    ask: str
    event: int | None = None
    """Where in the recording it can be seen."""
    mistake: str | None = None
    """The known mistake that this is, where it is one."""


Judge = Callable[[Run], NotYet | None]


def port_of(call: Call) -> int | None:
    """The port in the address that `bind` or `connect` was given."""
    found = re.search(r",\s*(\d+)\s*[,)]", " ".join(call.arguments) + ")")
    return int(found[1]) if found else None


def quoted(printed: str) -> str:
    """The first line of what was printed, as a quotation."""
    line = next((line.strip() for line in printed.splitlines() if line.strip()), "")
    if not line:
        return "nothing"
    return f"“{line if line.endswith('..') else line.removesuffix('.')}”"
