"""What is known of the course's own programs in a run, by what these say of it."""

from __future__ import annotations

from lessons.course.checking.run import Run

BEHAVED = {
    "leave": "hung up without a word",
    "break_off": "broke the connection off before it had its answer",
    "read_half": "broke the connection off in the middle of its answer",
    "dribble": "sent single bytes, and so a character in two halves",
    "hurry": "sent two messages in one piece, and bytes that are no text",
    "steer": "sent a newline and an escape character in its message",
}
"""What each client in `peers/rough.py` does, by the name of its function."""


def has_more_to_say(run: Run) -> bool:
    """Whether the first client says two things, and leaves by itself."""
    return "talker.py" in run or "guest.py" in run


def last_visit(run: Run) -> int | None:
    """Where the last of the rough clients did something with its socket."""
    calls = [c for c in run["rough.py"].all_calls if c.socket is not None and c.worked]
    return calls[-1].end if calls else None


def what_the_last_did(run: Run) -> str:
    """What the last rough client did that your server still met; "" without one."""
    if "rough.py" not in run:
        return ""
    met = run["rough.py"].connected[: len(run.server.accepted)]
    if not met:
        return "Clients came that behave badly."
    function = run.recording.events[met[-1].opened.start].function or ""
    return f"A client {BEHAVED.get(function, 'behaved badly')}."
