"""Steps of a server: it takes clients, answers them, and goes on to the next."""

from __future__ import annotations

import re

from lessons.course.checking.evidence import NotYet, shown, step
from lessons.course.checking.mistakes.exiting import LEFT
from lessons.course.checking.run import Run
from lessons.course.checking.visitors import last_visit, what_the_last_did


@step
def takes(run: Run, peer: str) -> NotYet | None:
    """It opens its port, and takes this client out of the queue."""
    called, server = run[peer].connected, run.server
    if not called:
        return NotYet(
            "A client tried to connect to 127.0.0.1:5555 and could not: your server "
            f"{server.ending}.",
            "Which calls open the port, and what keeps your server there?",
        )
    if server.accepted:
        return None
    return NotYet(
        "A client is connected and waits to be taken out of the queue: your server "
        f"{server.ending}.",
        "Which call takes a client out of the queue?",
        called[0].began,
    )


AN_ECHO = (
    "An echo sends the bytes back as they came. What happens to them on the way "
    "through your server?"
)


@step
def answers(
    run: Run, peer: str, message: str, reply: str, ask: str = AN_ECHO
) -> NotYet | None:
    """To this message of this client it answers that, and nothing else.

    `ask` is the question to somebody whose server answers something else.
    """
    server, said = run.server, message.encode()
    talk, ours = run[peer].connected[0], server.accepted[0]
    exchange = next((e for e in talk.exchanges if e.said == said), None)
    if exchange is None:
        return NotYet(
            f"The client did not come to say {shown(said)}: your server "
            f"{server.ending}.",
            "What did that client wait for, or what became of its connection?",
            talk.began,
        )
    if exchange.got == reply.encode():
        return None
    if exchange.got:
        return NotYet(
            f"The client said {shown(said)}, and your server sent back "
            f"{shown(exchange.got)}.",
            ask,
            exchange.answered.end if exchange.answered else None,
        )
    if said in ours.received:
        return NotYet(
            f"Your server received {shown(said)} and sent nothing back: it "
            f"{server.ending}.",
            "Which call sends bytes, and is it reached?",
            exchange.asked.end,
        )
    if ours.closed:
        return NotYet(
            "Your server took the client out of the queue, and at line "
            f"{ours.closed.line} the connection was closed. The client's message, "
            f"{shown(said)}, was not read.",
            "Which call takes what the client has sent, and where does it belong?",
            ours.closed.start,
        )
    return NotYet(
        f"The client said {shown(said)} and got no answer: your server "
        f"{server.ending}.",
        "Which call should your server be in now?",
        exchange.asked.end,
    )


@step
def shows(run: Run, text: str) -> NotYet | None:
    """Its terminal shows what arrived, as text."""
    if text in run.server.printed:
        return None
    return NotYet(
        f"Your server sends an answer to “{text}”, and its own terminal does not show "
        "what arrived, as text.",
        "Which line prints it, and which method turns bytes into text?",
    )


@step
def lets_go(run: Run, peer: str) -> NotYet | None:
    """This client comes to its end, and hangs up."""
    talks = run[peer].connected
    if talks and talks[0].closed and talks[0].closed.end is not None:
        return None
    return NotYet(
        "The first client did not get as far as leaving: your server "
        f"{run.server.ending}.",
        "What does that client wait for?",
    )


@step
def serves_next(run: Run, first: str, peer: str) -> NotYet | None:
    """When the first client has hung up, this one gets an answer."""
    talks = run[peer].connected
    if talks and talks[0].received:
        return None
    closed = run[first].connected[0].closed
    return NotYet(
        "The first client hung up, and the next one got no answer: your server "
        f"{run.server.ending}.",
        "Which call should your server come back to when a conversation is over?",
        closed.end if closed else None,
    )


def says_who_it_is(run: Run) -> NotYet | None:
    """Its terminal shows the client's host and port, before a word of it."""
    talk, heard = run.server.accepted[0], run.server.accepted[0].heard
    client = run.recording.sockets[talk.socket].remote
    said = run.server.printed_between(talk.opened.start, heard.end if heard else None)
    if client is None or all(str(part) in said for part in client):
        return None
    return NotYet(
        f"Your server took the client {client[0]}:{client[1]} on line "
        f"{talk.opened.line}, and its terminal does not show that"
        f"{' before the client is heard' if heard else ''}.",
        "accept() gives two things. Which of them tells who the client is?",
        talk.began,
    )


@step
def says_that_it_left(run: Run, first: str, words: str = r"\w{3,}") -> NotYet | None:
    """Before it hears the next client, its terminal shows that the first has left."""
    closed, (_, talk, *_) = run[first].connected[0].closed, run.server.accepted
    assert closed is not None
    assert talk.heard is not None
    said = run.server.printed_between(closed.start, talk.heard.end).splitlines()
    _, port = run.recording.sockets[talk.socket].remote or ("", "nobody's")
    if any(re.search(words, line) for line in said if str(port) not in line):
        return None
    exact = "that it has left" if words != re.escape(LEFT) else f"“{LEFT}”"
    return NotYet(
        f"A client hung up, and your server's terminal does not show {exact}.",
        "At which point of your program is it certain that the client has left?",
        closed.end,
    )


def stays(run: Run) -> NotYet | None:
    """It goes on when all clients have gone."""
    if run.server.wait is not None:
        return None
    return NotYet(
        f"When the clients had gone, your server {run.server.ending}.",
        "How many clients should your loop serve?",
    )


def hangs_up_too(run: Run) -> NotYet | None:
    """It closes its own end of a connection when the client has closed."""
    if not run.left_open:
        return None
    met = [end for talk in run.server.accepted[:1] for end in talk.ends_of_file]
    return NotYet(
        "A client hung up, and your server keeps its own end of the connection open: "
        "the operating system shows it in CLOSE_WAIT.",
        "Which line, or which block, closes the connection when a conversation is "
        "over?",
        met[0].end if met else None,
    )


@step
def outlives(run: Run, peer: str, then: str) -> NotYet | None:
    """Whatever those clients did, the next one is served."""
    met = len(run.server.accepted) > len(run[peer].connected)
    for talk in run[then].connected[:1]:
        # One that waits for an answer has it; one that does not was taken.
        if talk.received if talk.receives else met:
            return None
    return NotYet(
        f"{what_the_last_did(run)} After that the next client, which does nothing "
        f"wrong, got no answer: your server {run.server.ending}.",
        "What should your server do with a conversation that ends like this?",
        last_visit(run),
    )
