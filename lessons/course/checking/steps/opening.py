"""Steps of programs that open a port, or connect with one."""

from __future__ import annotations

from lessons.course.checking.evidence import NotYet
from lessons.course.checking.ports import given, listening, meeting, owning
from lessons.course.checking.run import Run
from socketscope.reading.calls import CONNECTS


def owns_its_port(run: Run) -> NotYet | None:
    """It has 127.0.0.1:5555, for TCP."""
    server = run.server
    asked, made = server.calls("bind"), server.calls("socket")
    if owning(server) is not None:
        return None
    if asked:
        return NotYet(
            "Your server does not have 127.0.0.1:5555. It asked for "
            f"{given(asked[-1])} on line {asked[-1].line}.",
            "Which address and which port does the lesson ask for?",
            asked[-1].start,
        )
    on = f" on line {made[0].line}" if made else ""
    return NotYet(
        f"Your server made a socket{on}, and the socket has no address yet: no client "
        f"could find it. Then your server {server.ending}.",
        "Which call gives a socket its address and port?",
        made[0].end if made else None,
    )


def listens(run: Run) -> NotYet | None:
    """A client that tries to connect with port 5555 is connected."""
    server, bound = run.server, run.server.calls("bind")
    if "connected" in run["visitor.py knock"].printed and listening(server) is not None:
        return None
    if not bound:
        return owns_its_port(run)
    if not server.calls("listen") and any(call.worked for call in bound):
        return NotYet(
            "A client was refused: your server has owned its port since line "
            f"{bound[-1].line} and never says that clients may connect there.",
            "Which call lets clients queue at a port?",
            bound[-1].end,
        )
    return NotYet(
        "A client tried to connect to 127.0.0.1:5555 and did not get a connection. "
        f"Your server {server.ending}.",
        "Had your server called listen() when the client came?",
        bound[-1].end,
    )


def connects(run: Run) -> NotYet | None:
    """The client is connected with the server."""
    client, made = run.client, run.client.calls("socket")
    asked = client.calls(CONNECTS)
    if meeting(client) is not None:
        return None
    if asked:
        return NotYet(
            f"Your client asked for {given(asked[0])} on line {asked[0].line}, and was "
            f"not connected ({asked[0].error or 'no answer'}). Your server "
            f"{run.server.ending}.",
            "Was the server listening at that address and port by then?",
            asked[0].start,
        )
    on = f" on line {made[0].line}" if made else ""
    return NotYet(
        f"Your client made a socket{on} and did not connect it. Then it "
        f"{client.ending}.",
        "Which call connects a client's socket with the server?",
        made[0].end if made else None,
    )


def takes_the_client(run: Run) -> NotYet | None:
    """The server takes the client out of the queue."""
    met = meeting(run.client)
    if run.server.accepted:
        return None
    return NotYet(
        "Your client was put into the queue, and your server did not take it out. It "
        f"{run.server.ending}.",
        "Which call takes a client out of the queue?",
        met.end if met else None,
    )
