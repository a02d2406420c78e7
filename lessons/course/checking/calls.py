"""The calls of one program: what began and what returned, put together."""

from __future__ import annotations

from dataclasses import dataclass

from socketscope.recording import Event, Recording

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


def calls_of(recording: Recording, program: int) -> list[Call]:
    """Every call that a program made, in the order in which they began."""
    return [
        _paired(recording, at, event)
        for at, event in enumerate(recording.events)
        if event.program == program and event.kind == "call" and event.call
    ]


def _paired(recording: Recording, start: int, call: Event) -> Call:
    end, blocked, back = None, False, call
    for at in range(start + 1, len(recording.events)):
        event = recording.events[at]
        if event.program != call.program or event.thread != call.thread:
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
