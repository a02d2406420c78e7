"""What lesson 04 asks for: messages come back, whoever comes and whoever goes."""

import re

from lessons.course.checking.evidence import Evidence, NotYet, mistake
from lessons.course.checking.mistakes import talking
from lessons.course.checking.mistakes.talking import (
    how_it_went,
    shows_a_reply_as_bytes,
    shows_bytes,
)
from lessons.course.checking.run import Participant, Run
from lessons.course.checking.specification import Specification
from lessons.course.checking.steps.chatting import (
    asks_again,
    ends_with_the_input,
    notices_the_end,
    passes_on,
    reaches_the_server,
)
from lessons.course.checking.steps.serving import (
    answers,
    hangs_up_too,
    lets_go,
    outlives,
    serves_next,
    shows,
    stays,
    takes,
)
from lessons.course.checking.visitors import ROUGHLY, doing

lesson = Specification("server.py", "client.py", mistakes=[talking])

FIRST, SECOND = "Hello Server!", "Grüße"
TALKER, ASKER = "visitor.py say_two_things", "visitor.py ask"
SERVED = lesson.scenario("server.py", TALKER, ASKER)
TALK = lesson.scenario("server.py", "client.py", types=(FIRST, SECOND, ""))
ROUGH = lesson.scenario("server.py", ROUGHLY, ASKER)
GONE = lesson.scenario(
    "host.py hang_up break_off", "client.py", "client.py", types=("Anybody there?",)
)
ALWAYS = (r"Connection closed\.?", r"Server:\s*")
"""What a client prints, however its conversation ends."""
FORGED = "[INFO] Server shutting down."
"""What a rough client would have your server's terminal show."""


# -- mistakes of a client whose server has gone, and of a server that is steered ---


@mistake()
def goes_without_a_word(client: Participant) -> Evidence:
    """The server {way}, which your client met in {lost.name}() on line {lost.line}.
    Then it {client.ending} and did not say why.
    Ask: What should somebody who chats read at that moment?"""
    talks = client.connected if doing(client.run, "hang_up") else []
    for lost in [talk.lost for talk in talks[:1] if talk.lost]:
        if not (client.wait or client.crash or _says_why(client, lost.end or 0)):
            yield lost.end, {"way": how_it_went(lost), "lost": lost}


@mistake(as_step=True)
def obeys_a_newline(server: Participant) -> Evidence:
    """A client sent {sent}. Your server printed the newline in it as it came, so its
    terminal shows “[INFO] Server shutting down.” as a line of its own. Nobody can see
    that the client wrote it.
    Ask: How could your terminal show that character as two, a backslash and an n?"""
    for sent, printed in _steered(server):
        if FORGED in printed.splitlines():
            yield server.event_with(FORGED), {"sent": sent}


@mistake(as_step=True)
def obeys_an_escape(server: Participant) -> Evidence:
    """A client sent {sent}. Your server printed the escape character in it as it came,
    and a terminal obeys that: it wipes the line out.
    Ask: Which characters does a terminal obey, and how could it show them?"""
    for sent, printed in _steered(server):
        if "\x1b" in printed:
            yield server.event_with("\x1b"), {"sent": sent}


def hears_the_steering(run: Run) -> NotYet | None:
    if _steered(run.server):
        return None
    return NotYet(
        "A client sent a newline and an escape character in its message, and your "
        f"server did not receive them: it {run.server.ending}.",
        "Where should your server be when a client connects?",
    )


def _steered(server: Participant) -> list[tuple[str, str]]:
    """Messages with control characters, and what the server printed of each."""
    began = [*(talk.began for talk in server.accepted), server.run.end]
    return [
        (
            repr(talk.received.decode(errors="replace")),
            server.printed_between(talk.began, min(b for b in began if b > talk.began)),
        )
        for talk in server.accepted
        if b"\x1b" in talk.received
    ]


def _says_why(client: Participant, lost: int) -> bool:
    """Whether it printed more, after that, than it always prints."""
    said = client.output(lost)
    for usual in ALWAYS:
        said = re.sub(usual, "", said, count=1)
    return re.search(r"\w{2,}", said) is not None


# -- checks ----------------------------------------------------------------------


SERVED.check(
    "your server shows a message and sends it back",
    takes(TALKER),
    answers(TALKER, FIRST, FIRST),
    shows(FIRST),
)

SERVED.check(
    "it answers a second message of the same client",
    takes(TALKER),
    answers(TALKER, SECOND, SECOND),
    shows_bytes,
    shows(SECOND),
)

SERVED.check(
    "when the client has hung up, it hangs up too and serves the next",
    lets_go(TALKER),
    serves_next(TALKER, ASKER),
    stays,
    hangs_up_too,
)

TALK.check(
    "your client sends what is typed and shows what comes back",
    reaches_the_server,
    passes_on(FIRST),
    shows_a_reply_as_bytes,
    passes_on(SECOND),
    ends_with_the_input,
)

TALK.check(
    "it does not send an empty line, and asks again",
    reaches_the_server,
    asks_again(""),
)

ROUGH.check(
    "your server outlives clients that behave badly",
    outlives(ROUGHLY, then=ASKER),
)

GONE.check(
    "your client says so when the server has gone",
    notices_the_end(1),
    notices_the_end(2),
    goes_without_a_word,
)

ROUGH.check(
    "what a client sends cannot steer your server's terminal",
    hears_the_steering,
    obeys_a_newline,
    obeys_an_escape,
)
