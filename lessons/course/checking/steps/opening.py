"""Steps of programs that open a port, or connect with one."""

from __future__ import annotations

from lessons.course.checking.calls import CONNECTS
from lessons.course.checking.evidence import NotYet, Step
from lessons.course.checking.ports import given, listening, meeting, owning
from lessons.course.checking.run import Run


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
    had = (
        f"made a socket on line {made[0].line}, and the socket has no address yet: no "
        "client could find it. Then your server "
        if made
        else ""
    )
    return NotYet(
        f"Your server {had}{server.ending}.",
        "Which call gives a socket its address and port?",
        made[0].end if made else None,
    )


def starts(who: str, which: int) -> Step:
    """The programs before this one come to rest, so that its turn comes."""

    def step(run: Run) -> NotYet | None:
        if run.participants[which].started:
            return None
        return NotYet(
            f"{who} was not started, because your server never came to rest: it "
            f"{run.server.ending}.",
            "What should your server wait for?",
        )

    return step


def listens(run: Run) -> NotYet | None:
    """A client that tries to connect with port 5555 is connected."""
    server, knock = run.server, run["knock.py"]
    bound, knocked = server.calls("bind"), knock.calls("connect")
    at = knocked[0].end if knocked else None
    if "connected" in knock.printed and listening(server) is not None:
        return None
    if not bound:
        return owns_its_port(run)
    if not server.calls("listen"):
        return NotYet(
            "A client was refused: your server owns its port since line "
            f"{bound[-1].line} and never says that clients may connect there.",
            "Which call lets clients queue at a port?",
            at,
        )
    return NotYet(
        "A client tried to connect to 127.0.0.1:5555 and did not get a connection. "
        f"Your server {server.ending}.",
        "Had your server called listen() when the client came?",
        at,
    )


def connects(run: Run) -> NotYet | None:
    """The client is connected with the server."""
    client, made = run.client, run.client.calls("socket")
    asked = client.calls(*CONNECTS)
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
    had = (
        f"made a socket on line {made[0].line} and did not connect it. Then it "
        if made
        else ""
    )
    return NotYet(
        f"Your client {had}{client.ending}.",
        "Which call connects a client's socket with the server?",
        made[0].end if made else None,
    )


def takes_the_client(run: Run) -> NotYet | None:
    """The server takes the client out of the queue."""
    if run.server.accepted:
        return None
    met = meeting(run.client)
    return NotYet(
        "Your client was put into the queue, and your server did not take it out. It "
        f"{run.server.ending}.",
        "Which call takes a client out of the queue?",
        met.end if met else None,
    )
