"""What lesson 04 asks for: messages come back, whoever comes and whoever goes."""

import re
from itertools import zip_longest

from lessons.course.checking.evidence import Evidence, NotYet, mistake, shown
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
    says_that_it_left,
    says_who_it_is,
    serves_next,
    shows,
    stays,
    takes,
)
from lessons.course.checking.visitors import ROUGHLY, doing

lesson = Specification("server.py", "client.py", mistakes=[talking])

FIRST, SECOND, THIRD = "Hello Server!", "Grüße", "Still there?"
TALKER, ASKER = "visitor.py say_two_things", "visitor.py ask"
SERVED = lesson.scenario("server.py", TALKER, ASKER)
TALK = lesson.scenario("server.py", "client.py", types=(FIRST, SECOND, "", "", THIRD))
ROUGH = lesson.scenario("server.py", ROUGHLY, ASKER)
GONE = lesson.scenario(
    "host.py hang_up break_off",
    "client.py",
    "client.py",
    types=("Anybody there?", THIRD),
)
ALWAYS = (r"Connection closed\.?", r"Server:\s*")
"""What a client prints, however its conversation ends."""


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
def obeys_a_newline(program: Participant) -> Evidence:
    """Your {program.role} received {sent} and printed the newline in it as it came, so
    its terminal shows “{forged}” as a line of its own. Nobody can see that the {other}
    wrote it.
    Ask: How could your terminal show that character as two, a backslash and an n?"""
    for sent, printed in _steered(program):
        forged = sent.splitlines()[-1]
        if forged in printed.splitlines():
            known = {"sent": repr(sent), "forged": forged, "other": _other(program)}
            yield program.event_with(forged), known


@mistake(as_step=True)
def obeys_an_escape(program: Participant) -> Evidence:
    """Your {program.role} received {sent} and printed the escape character in it as it
    came, and a terminal obeys that: it wipes the line out.
    Ask: Which characters does a terminal obey, and how could it show them?"""
    for sent, printed in _steered(program):
        if "\x1b" in printed:
            yield program.event_with("\x1b"), {"sent": repr(sent)}


def hears_the_steering(run: Run) -> NotYet | None:
    ours = run.learners[0]
    if _steered(ours):
        return None
    return NotYet(
        f"A {_other(ours)} would have sent a newline and an escape character, and your "
        f"{ours.role} did not come to receive them: it {ours.ending}.",
        "Which call would have received them?",
    )


def _steered(program: Participant) -> list[tuple[str, str]]:
    """Messages with control characters, and what the program printed of each."""
    talks = program.accepted + program.connected
    began = [*(talk.began for talk in talks), program.run.end]
    return [
        (
            talk.received.decode(errors="replace"),
            program.printed_between(
                talk.began, min(b for b in began if b > talk.began)
            ),
        )
        for talk in talks
        if b"\x1b" in talk.received
    ]


def _other(program: Participant) -> str:
    return "client" if program.role == "server" else "server"


def shows_what_is_no_text(run: Run) -> NotYet | None:
    if re.search(r"onetwo[^\s'\"]", run.server.printed):
        return None
    return NotYet(
        "A client sent b'onetwo\\xff\\xfe', of which the last two bytes are not UTF-8, "
        "and your server's terminal shows no trace of these two.",
        "What can decode() put in the place of bytes that it does not understand?",
        run.server.event_with("onetwo"),
    )


def sends_back_the_very_bytes(run: Run) -> NotYet | None:
    """What is no text comes back as it went, however it was cut."""
    sent, (rough,) = b"onetwo\xff\xfe", doing(run, "hurry")
    for talk in rough.connected:
        if talk.sent == sent != talk.received:
            return NotYet(
                f"A client sent {sent!r}, of which the last two bytes are not UTF-8. "
                f"Your server sent back {shown(talk.received)}.",
                "What becomes of bytes that are decoded and encoded again?",
                run.server.event_with("onetwo"),
            )
    return None


def says_what_was_lost(run: Run) -> NotYet | None:
    """Where a call reports that a connection is lost, the terminal says so."""
    for ours in run.learners:
        lost = [c for talk in ours.accepted + ours.connected if (c := talk.broken)]
        for call, after in zip_longest(lost, lost[1:]):
            said = ours.output(call.end, after and after.end)
            if "lost" not in said.lower() and call.error.text not in said:
                return NotYet(
                    f"{call.name}() on line {call.line} told your {ours.role} that the "
                    f"connection is lost ({call.error}), and your {ours.role}'s "
                    "terminal does not say so.",
                    "Where is that exception caught, and what could be printed there?",
                    call.end,
                )
    return None


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
    says_who_it_is,
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
    takes(TALKER),
    lets_go(TALKER),
    serves_next(TALKER, ASKER),
    stays,
    hangs_up_too,
    says_that_it_left(TALKER),
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
    passes_on(THIRD),
)

ROUGH.check(
    "your server outlives clients that behave badly",
    takes(ROUGHLY),
    outlives(ROUGHLY, then=ASKER),
    shows_what_is_no_text,
    sends_back_the_very_bytes,
    says_what_was_lost,
)

GONE.check(
    "your client says so when the server has gone",
    notices_the_end(1),
    notices_the_end(2),
    goes_without_a_word,
    says_what_was_lost,
)

ROUGH.check(
    "what a client sends cannot steer your server's terminal",
    hears_the_steering,
    obeys_a_newline,
    obeys_an_escape,
)

GONE.check(
    "what a server replies cannot steer your client's terminal",
    hears_the_steering,
    obeys_a_newline,
    obeys_an_escape,
)
