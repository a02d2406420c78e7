"""What stands beside the lines of a drawing, on its arrows and its switches."""

from __future__ import annotations

from socketscope.drawing.captions import verdict
from socketscope.drawing.scene import Scene
from socketscope.reading import calls
from socketscope.reading.ends import Arrow
from socketscope.reading.words import (
    address,
    amount,
    clean,
    cut,
    quoted,
    source_lines,
)
from socketscope.recording import Recording

LEVELS = {
    "talk": "what they say",
    "calls": "every call",
    "lines": "every line",
}
"""The levels of detail, and what the reader's switch calls them."""

SYSTEM = "In the operating system"
WORDS = {
    "comes_to": "{who} comes to line {line}.",
    "now": " Now {now}.",
    "prints": '{who} prints "{text}".',
    "not_started": "not started",
    "runs": "runs",
    "waits": "waits in",
    "paused": "paused by the recorder",
    "ended": "has ended",
    "crashed": "has crashed",
    "queue": "receive queue",
    "empty": "empty",
    "bytes": "bytes",
    "eof": "then end of file",
    "backlog": "waiting for accept()",
}
"""What the stepper puts together by itself."""
KEEPERS = {
    "": "",
    "queue": "not accepted yet",
    "system": "held by no program any more",
    "others": "closed, but something else still uses it",
}
"""Who has an end that no program of the recording holds (`End.keeper`)."""


def label(s: Scene) -> tuple[str, str]:
    """What stands beside a moment: its name, and a quieter note under it."""
    name, note = _label(s)
    if any(arrow.source[0] == s.moment.program for arrow in s.did.late):
        note = f"{note} (an earlier close takes effect)".strip()
    return name, note


def _label(s: Scene) -> tuple[str, str]:
    kind = s.moment.kind
    if kind == "end":
        return verdict(s.recording), ""
    if kind == "again":
        return f"again, {amount(s.moment.times, 'time')}", ""
    if kind == "line":
        lines = source_lines(s.recording.programs[s.moment.program].source)
        at = (s.moment.line or 0) - 1
        code = lines[at].strip() if 0 <= at < len(lines) else ""
        return cut(clean(code), 60), ""
    if kind == "output":
        return f"prints {cut(clean((s.text or '').rstrip()), 60)}", ""
    if kind == "exit":
        return ending(s)
    if kind in ("start", "track", "track_end"):
        words = {"start": "starts", "track": "begins", "track_end": "is over"}
        return words[kind], ""
    if kind == "cut":
        return "more calls,", "not shown"
    if kind == "gone" and s.did.arrows:
        unseen = "closed by then" if s.did.unseen else "closed by the operating system"
        return "process gone,", unseen
    if kind == "gone":
        return "process gone", ""
    if kind == "crash":
        return "crashes", _error_name(s)
    if kind == "wait":
        return f"{s.call}()", f"waits for {s.awaited}"
    if s.moment.call and s.moment.call.under_way:
        return f"{s.call}()", "does not wait"
    if s.error:
        return f"{s.call}() fails", _error_name(s)
    if took := s.did.took:
        gives = 'b"": end of file' if took.end_of_file else amount(took.size)
        return f"{s.call}() returns", gives + ", left there" * took.peeked
    if s.role == calls.KEYBOARD:
        typed = s.text is not None and f'typed "{cut(clean(s.text), 40)}"'
        return typed or "end of file", ""
    if s.new is not None:
        named = f": {clean(s.new.name)}" if s.new.name else ""
        return f"{s.call}() returns", f"a new socket{named}"
    if kind == "back":
        return f"{s.call}() returns", ""
    of = f"{s.socket}.{s.call}()"
    by_name = s.role in (calls.CLOSES, calls.SHUTS, calls.LISTENS) and len(of) <= 22
    note = "sends 0 bytes" if s.did.empty else ""
    if s.did.stands:
        note = "(still in use)"
    return of if by_name and s.socket != "the socket" else f"{s.call}()", note


def _error_name(s: Scene) -> str:
    """`ConnectionRefusedError` of `ConnectionRefusedError: [Errno 111] …`."""
    return cut(clean(s.raised.name), 40) if s.raised else ""


def arrow_label(arrow: Arrow, limit: int) -> str:
    """What is written on an arrow, its bytes cut to `limit` letters."""
    words = {"connect": "connect", "refused": "refused", "fin": "close", "rst": "reset"}
    if arrow.kind in words:
        return words[arrow.kind]
    if not arrow.whole:
        return f"at most {amount(arrow.size)}"
    if not arrow.data:  # none were sent, or none were kept
        return amount(arrow.size)
    return f"{quoted(arrow.data, limit)} {amount(arrow.size)}"


SEGMENTS = {
    "connect": ("SYN", "SYN-ACK", "ACK"),
    "refused": ("SYN", "RST"),
    "fin": ("FIN",),
    "rst": ("RST",),
}
"""The segments behind an arrow; every second one travels back."""


def home(recording: Recording, program: int) -> str:
    """The address under a program's name: where it listens, or connects from."""
    held = [s for s in recording.sockets if s.program == program and s.local]
    listens = [s for s in held if s.remote is None and s.origin != "accept"]
    first = (listens or held)[:1]
    return address(first[0].local) if first else ""


def ending(s: Scene) -> tuple[str, str]:
    """`ends` and nothing, or `with status 3`; `is ended` and `by signal 9`."""
    signal = s.recording.programs[s.moment.program].signal
    if signal is not None:
        return "is ended", f"by signal {signal}"
    return "ends", "" if s.result in ("", "0") else f"with status {s.result}"
