"""What the course's own programs did in a run: they say it themselves."""

from __future__ import annotations

import ast

from lessons.course.checking.run import Conversation, Participant, Run

ROUGHLY = "visitor.py leave break_off read_half dribble hurry steer"
"""A visitor that behaves badly in all the ways that a server should outlive."""


def deeds(peer: Participant) -> list[str]:
    """What a peer is told to do, by the names of its functions, in order."""
    return peer.run.names[peer.index].split()[1:]


def doing(run: Run, deed: str) -> list[Participant]:
    """The peers in a run that are told to do this."""
    return [each for each in run.participants if deed in deeds(each)]


def visits(server: Participant, deed: str) -> list[Conversation]:
    """The server's conversations, if one of its visitors does this; else none."""
    return server.accepted if doing(server.run, deed) else []


def says(peer: Participant, number: int) -> str:
    """What a peer says of one of its deeds; completes "A client …"."""
    functions = {
        each.name: each
        for each in ast.parse(peer.program.source).body
        if isinstance(each, ast.FunctionDef)
    }
    doc = ast.get_docstring(functions[deeds(peer)[number]]) or ""
    return doc[0].lower() + doc[1:].removesuffix(".")


def has_more_to_say(run: Run) -> bool:
    """Whether the first client says two things, and leaves by itself."""
    return bool(doing(run, "say_two_things") or doing(run, "leave_without_exit"))


def what_the_last_did(run: Run) -> str:
    """What the last client did that behaves badly, of those that the server met.

    Empty where none comes that does.
    """
    for rough in doing(run, "steer"):
        met = rough.connected[: len(run.server.accepted)]
        if met:
            return f"A client {says(rough, len(met) - 1)}."
    return ""


def brought_down_by(run: Run) -> str:
    """The same, where the server has met nobody since; else empty."""
    rough = [talk for each in doing(run, "steer") for talk in each.connected]
    since = len(run.server.accepted) > len(rough)
    return "" if since or not run.server.accepted else what_the_last_did(run)


def last_visit(run: Run) -> int | None:
    """Where the last of them did something with its socket."""
    calls = [call for rough in doing(run, "steer") for call in rough.all_calls]
    ends = [call.end for call in calls if call.socket is not None and call.worked]
    return ends[-1] if ends else None
