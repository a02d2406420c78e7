"""Steps towards the end of a chat: the word, the goodbye, and who closes when."""

from __future__ import annotations

from lessons.course.checking.evidence import NotYet, quoted, shown, step
from lessons.course.checking.mistakes.exiting import GOODBYE, exiting
from lessons.course.checking.run import Run, came_after

LOOPS = "Which loops is your program still in, and what leaves them?"

# -- the server ----------------------------------------------------------------------


@step
def says_goodbye(run: Run, peer: str, ask: str = LOOPS) -> NotYet | None:
    """It answers "exit" with the goodbye, and ends.

    `ask` is the question to somebody whose server does not end.
    """
    server, talks = run.server, run[peer].connected
    if not talks or not talks[0].exchanges:
        return NotYet(
            f'Nobody could say "exit": your server {server.ending}.',
            "Who should be served when the first client has left?",
        )
    exchange = talks[0].exchanges[0]
    answered = (exchange.answered or exchange.asked).end
    heard = [each for talk in server.accepted for each in talk.receives]
    if not any(b"exit" in call.data for call in heard):
        return NotYet(
            f'A client said "exit", and your server has not read it: it '
            f"{server.ending}.",
            "Which call should your server be in now?",
            exchange.asked.end,
        )
    if exchange.got != GOODBYE:
        got = shown(exchange.got) if exchange.got else "nothing"
        return NotYet(
            f'To "exit" your server answered {got}, and then it {server.ending}.',
            'Which line decides whether a message is "exit", and what does it see?',
            answered,
        )
    if server.wait is None and server.crash is None and not server.program.status:
        return None
    return NotYet(
        'Your server said “Goodbye!” to "exit" and did not end calmly: it '
        f"{server.ending}.",
        ask,
        server.crash.event if server.crash else answered,
    )


def starts_again(run: Run) -> NotYet | None:
    """When it has ended, it can be started anew, and does the same."""
    first, _, second, last = run.participants
    if first.wait is not None or first.crash is not None:
        return NotYet(
            f'A client said "exit", and your server {first.ending}. It cannot be '
            "started again before it has ended.",
            "What should end your server?",
        )
    talks = last.connected
    if talks and talks[0].received == GOODBYE:
        return None
    return NotYet(
        "Your server ended and was started again at once. This time it "
        f"{second.ending}, and its terminal shows {quoted(second.output())}.",
        "What is different for your server when it runs for the second time?",
    )


# -- the client ----------------------------------------------------------------------


def takes_exit_along(run: Run) -> NotYet | None:
    """It sends "exit", and receives the goodbye."""
    client = run.client
    if not exiting(client):
        return NotYet(
            f'Your client did not come as far as "exit": it {client.ending}. Your '
            f"server {run.server.ending}.",
            "Who of the two should have done the next step?",
        )
    typed, talk = exiting(client)[0]
    said = talk.sent_since(typed)
    back = [call for call in talk.receives if came_after(call, typed) and call.data]
    got = b"".join(call.data for call in back)
    if (said, got) == (b"exit", GOODBYE):
        return None
    return NotYet(
        f'"exit" was typed. Your client sent {shown(said) if said else "nothing"} and '
        f"received {shown(got) if got else 'nothing'}: it {client.ending}.",
        "What should travel in each direction at this point?",
        back[0].end if back else typed.end,
    )


def ends_with_the_goodbye(run: Run) -> NotYet | None:
    client = run.client
    if client.wait is None and client.crash is None and not client.program.status:
        return None
    return NotYet(
        f"Your client received “Goodbye!” and did not end: it {client.ending}. Your "
        f"server {run.server.ending}.",
        "Which condition should end your client's loop?",
    )


def ends_when_the_client_has_closed(run: Run) -> NotYet | None:
    if run.server.wait is None and run.server.crash is None:
        return None
    return NotYet(
        f"Your client has closed, and your server {run.server.ending}.",
        "What tells your server that the client has closed?",
    )
