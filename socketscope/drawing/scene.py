"""One moment of a recording, and the words for who and what is in it."""

from __future__ import annotations

from dataclasses import dataclass

from socketscope.drawing.story import Moment
from socketscope.reading.ends import End
from socketscope.reading.links import Effect
from socketscope.reading.words import awaited, clean, who
from socketscope.recording import Event, Raised, Recording, Socket


@dataclass(frozen=True)
class Scene:
    """A moment, asked in the words of sentences and labels."""

    recording: Recording
    moment: Moment
    fin: str = " (FIN)"
    rst: str = " (RST)"
    """The segments behind what is said; empty where they are not named."""

    @property
    def event(self) -> Event:
        return self.moment.happened

    @property
    def did(self) -> Effect:
        return self.moment.did

    @property
    def who(self) -> str:
        return who(self.recording, self.moment.program, self.moment.track)

    @property
    def call(self) -> str:
        return clean(self.moment.name or "call")

    @property
    def role(self) -> str:
        return self.moment.role

    @property
    def arguments(self) -> tuple[str, ...]:
        return self.moment.call.arguments if self.moment.call else ()

    @property
    def raised(self) -> Raised | None:
        return self.event.error

    @property
    def error(self) -> str:
        """What was raised, as the last line of a traceback shows it."""
        return clean(str(self.raised)) if self.raised else ""

    @property
    def awaited(self) -> str:
        """What is waited for."""
        return awaited(self.recording, self.event) or "something"

    @property
    def result(self) -> str:
        return clean(self.event.result or "")

    @property
    def text(self) -> str | None:
        """What was printed or typed."""
        return self.event.text

    @property
    def held(self) -> Socket | None:
        """The socket of the call."""
        return self._numbered(self.moment.call.socket if self.moment.call else None)

    @property
    def socket(self) -> str:
        """The learner's name of that socket, or words for it."""
        return clean(self.held.name or "the socket") if self.held else "a socket"

    @property
    def new(self) -> Socket | None:
        """The socket that the call returned."""
        return self._numbered(self.event.new)

    def _numbered(self, index: int | None) -> Socket | None:
        return None if index is None else self.recording.sockets[index]

    @property
    def end(self) -> End | None:
        """The socket of the call, as it stands after it."""
        where = self.held and (self.held.local, self.held.remote)
        ends = (end for end in self.moment.ends if (end.local, end.remote) == where)
        return next(ends, None)

    @property
    def where(self) -> str:
        """The address that the call names, as `127.0.0.1 port 5555`."""
        text = clean(", ".join(self.arguments)).strip("()")
        parts = [part.strip(" '\"()") for part in text.split(",")]
        if len(parts) >= 2 and parts[1].isdigit():
            return f"{parts[0] or 'every address'} port {parts[1]}"
        return "an address"

    @property
    def port(self) -> str:
        local = self.held.local if self.held else None
        return f"port {local[1]}" if local else "its port"

    @property
    def reader(self) -> str:
        """Whose receive queue the arrow of this moment ends in."""
        target = self.did.arrows[0].target if self.did.arrows else None
        return who(self.recording, target[0]) if target else "the other side"
