"""What lesson 05 asks for: every message is answered, and "exit" ends the chat."""

import re
from collections.abc import Iterator
from itertools import pairwise

from lessons.course.checking.evidence import Evidence, NotYet, mistake
from lessons.course.checking.letters import Difference, difference
from lessons.course.checking.mistakes import exiting
from lessons.course.checking.mistakes.exiting import (
    GOODBYE,
    LEFT,
    both_wait_for_the_other_to_close,
    goes_on_after_the_goodbye,
    says_goodbye_twice,
    server_closes_first,
)
from lessons.course.checking.mistakes.talking import (
    shows_a_reply_as_bytes,
    shows_bytes,
)
from lessons.course.checking.run import Participant, Run
from lessons.course.checking.specification import Specification
from lessons.course.checking.steps.chatting import asks_again
from lessons.course.checking.steps.exiting import (
    ends_when_the_client_has_closed,
    ends_with_the_goodbye,
    says_goodbye,
    starts_again,
    takes_exit_along,
)
from lessons.course.checking.steps.serving import (
    answers,
    lets_go,
    outlives,
    says_that_it_left,
    serves_next,
    takes,
)
from lessons.course.checking.visitors import ROUGHLY

lesson = Specification("server.py", "client.py", mistakes=[exiting])

HELLO, ASKED, ANSWER = "Hello Server!", "How do I exit?", "Message received"
TO_THE_LETTER = 'What should it answer, to the letter, to every message but "exit"?'

GUEST, EXITER = "visitor.py leave_without_exit", "visitor.py say_exit"
HASTY, STAYER = "visitor.py exit_in_haste", "visitor.py exit_and_stay"
VISITS = lesson.scenario("server.py", GUEST, EXITER)
CHAT = lesson.scenario("server.py", "client.py", types=(HELLO, "", "exit"))
ROUGH = lesson.scenario("server.py", ROUGHLY, HASTY)
AGAIN = lesson.scenario("server.py", EXITER, "server.py", EXITER)
STAYS = lesson.scenario("server.py", STAYER)
"""Takes a second, for which a right server waits."""

SERVER_SHOWS = """\
Server is listening on port 5555...
[INFO] Connected with 127.0.0.1:{port}
Client: Hello Server!
Client: exit
[INFO] Client requested disconnection.
[INFO] Server shutting down.
"""
CLIENT_SHOWS = """\
Enter message (type 'exit' to disconnect): Hello Server!
Server: Message received
Enter message (type 'exit' to disconnect):
Enter message (type 'exit' to disconnect): exit
Server: Goodbye!
Connection closed.
"""


# -- mistakes of this lesson ---------------------------------------------------------


@mistake()
def takes_any_exit_for_the_word(run: Run) -> Evidence:
    """A client said {exchange.said!q}, and your server said “Goodbye!” to it. Only
    “exit”, letter by letter and alone, ends the chat.
    Ask: Which comparison is true for "exit" alone?"""
    for guest in run.named(GUEST):
        exchanges = [each for talk in guest.connected for each in talk.exchanges]
        for before, exchange in pairwise(exchanges):
            if exchange.got == GOODBYE != before.got and exchange.answered:
                yield exchange.answered.end, {"exchange": exchange}


@mistake(here_only=True)
def sends_exit_with_a_line_end(client: Participant) -> Evidence:
    """On line {call.line} your client sends {call.data!r}. That is not the word "exit"
    alone, and the server compares every character.
    Ask: Where does the rest come from, and does it have to travel?"""
    for talk in client.connected:
        for call in talk.sends if not talk.received.endswith(GOODBYE) else ():
            if call.data.strip() == b"exit" != call.data:
                yield call.start, {"call": call}


@mistake(as_step=True)
def misses_a_line(run: Run) -> Evidence:
    """Line {seen.number} of your {seen.participant.role}'s terminal is missing. The
    lesson shows “{seen.wanted}” there, and your {seen.participant.role}
    {seen.participant.ending}.
    Ask: Which print is missing, or is not reached?"""
    for seen in _differences(run):
        if seen.shown is None:
            yield None, {"seen": seen}


@mistake(as_step=True)
def shows_a_line_too_many(run: Run) -> Evidence:
    """Line {seen.number} of your {seen.participant.role}'s terminal is “{seen.shown}”,
    which the lesson does not show.
    Ask: Which line of your program prints it, and is it still of use to you?"""
    for seen in _differences(run):
        if seen.is_one_too_many:
            yield seen.event, {"seen": seen}


@mistake(as_step=True)
def leaves_out_a_line(run: Run) -> Evidence:
    """Your {seen.participant.role}'s terminal leaves out line {seen.number},
    “{seen.wanted}”. It shows “{seen.shown}” in that place.
    Ask: At which point of the chat should that line be printed?"""
    for seen in _differences(run):
        if seen.leaves_one_out and not seen.is_one_too_many:
            yield seen.event, {"seen": seen}


@mistake(as_step=True)
def differs_by_a_letter(run: Run) -> Evidence:
    """Line {seen.number} of your {seen.participant.role}'s terminal is “{seen.shown}”.
    The lesson shows “{seen.wanted}”. {seen.parting}
    Ask: Which line of your program prints this?"""
    for seen in _differences(run):
        if seen.shown and not (seen.is_one_too_many or seen.leaves_one_out):
            yield seen.event, {"seen": seen}


def _differences(run: Run) -> Iterator[Difference]:
    """Where a terminal differs from the lesson's first: the server's, or else
    the client's."""
    talks = run.client.connected
    address = run.client.address(talks[0].socket) if talks else None
    port = address[1] if address else "54302"
    for program, text in ((run.server, SERVER_SHOWS), (run.client, CLIENT_SHOWS)):
        found = difference(program, text.format(port=port))
        if found:
            yield found
            return


def ends_in_the_goodbye(run: Run) -> NotYet | None:
    """It ends as always when the client that said "exit" is no longer there."""
    server = run.server
    if server.crash is None and server.wait is None and not server.program.status:
        return None
    closed = run[HASTY].connected[0].closed
    return NotYet(
        'A client said "exit" and broke the connection off without waiting for the '
        f"goodbye. Your server {server.ending}.",
        'Which calls come after "exit", and what if nobody is there any more?',
        closed.end if closed else None,
    )


# -- checks --------------------------------------------------------------------------


VISITS.check(
    'your server answers every message with "Message received"',
    takes(GUEST),
    answers(GUEST, HELLO, ANSWER, ask=TO_THE_LETTER),
    answers(GUEST, ASKED, ANSWER, ask=TO_THE_LETTER),
    answers(GUEST, "Exit", ANSWER, ask=TO_THE_LETTER),
)

VISITS.check(
    'a client that leaves without "exit" is reported, and the next one served',
    takes(GUEST),
    lets_go(GUEST),
    serves_next(GUEST, EXITER),
    says_that_it_left(GUEST, re.escape(LEFT)),
)

VISITS.check(
    'to "exit" it says "Goodbye!", and ends',
    says_goodbye(EXITER),
    says_goodbye_twice,
)

CHAT.check(
    "your client waits for the goodbye, and closes first",
    takes_exit_along,
    asks_again(""),
    ends_with_the_goodbye,
    goes_on_after_the_goodbye,
    both_wait_for_the_other_to_close,
    server_closes_first,
    ends_when_the_client_has_closed,
)

CHAT.check(
    "both terminals show the chat to the letter",
    shows_bytes,
    shows_a_reply_as_bytes,
    misses_a_line,
    shows_a_line_too_many,
    leaves_out_a_line,
    differs_by_a_letter,
)

ROUGH.check(
    "it outlives clients that behave badly",
    takes(ROUGHLY),
    outlives(ROUGHLY, then=HASTY),
    ends_in_the_goodbye,
)

AGAIN.check(
    "your server can be started again at once",
    takes(EXITER),
    starts_again,
)

STAYS.check(
    "it ends soon after its goodbye, though the client does not close",
    says_goodbye(STAYER, ask="What should your server do if the client never closes?"),
)
