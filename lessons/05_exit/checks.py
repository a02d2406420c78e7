"""What lesson 05 asks for: every message is answered, and "exit" ends the chat."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from lessons.course import talking
from lessons.course.checking import Scenario, Specification
from lessons.course.conversation import (
    Conversation,
    accepted,
    actors,
    closed_first,
    connected,
    event_with,
    line_typed,
    next_keyboard,
    shown,
    taken,
)
from lessons.course.run import RECEIVES, SENDS, Actor, Call, NotYet, Run

lesson = Specification("server.py", "client.py")

HELLO, ANSWER, GOODBYE = "Hello Server!", b"Message received", b"Goodbye!"
LEFT = "[INFO] Client disconnected."

VISITS = Scenario(("server.py", "guest.py", "exiter.py"))
CHAT = Scenario(("server.py", "client.py"), typed={"client.py": [HELLO, "exit"]})
AGAIN = Scenario(("server.py", "exiter.py", "server.py", "exiter.py"))
ROUGH = Scenario(("server.py", "rough.py", "hasty.py"))

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
Enter message (type 'exit' to disconnect): exit
Server: Goodbye!
Connection closed.
"""


@lesson.check(
    'your server answers every message with "Message received"',
    VISITS,
    "What is the answer to a message now, and is it the same for every message?",
    "Look at the line that sends in talk(): what does it hand over, and which "
    "messages reach it?",
    'sendall() takes bytes, and b"..." writes bytes down in a program.',
    "A ticket machine that says the same to everybody: "
    'machine.sendall(b"Please wait").',
)
def answers_every_message(run: Run) -> NotYet | None:
    server, talks = run.server, connected(run["guest.py"])
    if not talks or not accepted(server):
        return NotYet(
            f"A client came and was not served: your server {server.ending}.",
            "Which calls open the port, and which takes a client out of the queue?",
        )
    for exchange in talks[0].exchanges:
        if exchange.got == ANSWER:
            continue
        what = shown(exchange.said)
        if exchange.got:
            return NotYet(
                f"To {what} your server answered {shown(exchange.got)}.",
                'What should it answer, to the letter, to every message but "exit"?',
                exchange.answered.end if exchange.answered else None,
            )
        return NotYet(
            f"To {what} your server answered nothing: it {server.ending}.",
            "Which line should have sent the answer, and was it reached?",
            exchange.asked.end,
        )
    if len(talks[0].exchanges) < 2:
        return NotYet(
            f"The client could say only one thing: your server {server.ending}.",
            "What happens in your server after the first answer?",
        )
    return None


@lesson.check(
    'a client that leaves without "exit" is reported, and the next one served',
    VISITS,
    "A client can hang up without a goodbye. Who finds out in your server, and what "
    "should its terminal say?",
    "Look at what your loop does at end of file, and at which line is reached from "
    "there.",
    "With return, a function tells whoever called it how it ended. At end of file, "
    'recv() returns b"".',
    'A librarian notes who forgot to sign out: if not card: print("Left by the '
    'back door").',
)
def reports_the_leaver(run: Run) -> NotYet | None:
    server, talks = run.server, connected(run["guest.py"])
    closed = talks[0].closed if talks else None
    if closed is None or closed.end is None:
        return NotYet(
            "The first client did not get as far as leaving: your server "
            f"{server.ending}.",
            "What does that client wait for?",
        )
    following = connected(run["exiter.py"])
    heard = len(accepted(server)) > 1 and accepted(server)[1].heard
    if not following or not heard:
        return NotYet(
            'The first client left without "exit", and the next one was not served: '
            f"your server {server.ending}.",
            "Which words are to end your server, and which client said them?",
            closed.end,
        )
    said = server.printed_between(closed.end, heard.start)
    if LEFT not in said:
        return NotYet(
            'A client left without "exit", and your server shows '
            f"{_first_line(said)} of it.",
            f"At which point of your program is it certain that {LEFT!r} is true?",
            closed.end,
        )
    return None


@lesson.check(
    'to "exit" it says "Goodbye!", and ends',
    VISITS,
    'Which way leads from the word "exit" to the last line of your server?',
    "Follow the word: where is it compared, what happens then, and which loops must "
    "be left?",
    "decode() before == compares text with text. return leaves every loop of a "
    "function, break one loop.",
    'A lift that stops at the word "top": if order == "top": return True, and where '
    "ride() is called: if ride(order): ...",
)
def says_goodbye_and_ends(run: Run) -> NotYet | None:
    server, talks = run.server, connected(run["exiter.py"])
    if not talks or not talks[0].exchanges:
        return NotYet(
            f'Nobody could say "exit": your server {server.ending}.',
            "Who should be served when the first client has left?",
        )
    exchange = talks[0].exchanges[0]
    if exchange.got != GOODBYE:
        got = shown(exchange.got) if exchange.got else "nothing"
        return NotYet(
            f'To "exit" your server answered {got}, and then it {server.ending}.',
            'Which line decides whether a message is "exit", and what does it see?',
            exchange.answered.end if exchange.answered else exchange.asked.end,
        )
    if server.wait is not None or server.crash is not None or server.status:
        return NotYet(
            f'Your server said “Goodbye!” to "exit" and did not end: it '
            f"{server.ending}.",
            "Which loops is your program still in, and what leaves them?",
            exchange.answered.end if exchange.answered else None,
        )
    return None


@lesson.check(
    "your client waits for the goodbye, and closes first",
    CHAT,
    'Your client has said "exit". What comes before it closes, and what does your '
    "server do in the meantime?",
    "Look at where the client's loop ends: before or after the reply is shown? Then "
    "at what your server does after it has sent the goodbye.",
    'recv() takes the goodbye. In the server, recv() until it returns b"" waits for '
    "the client to close.",
    "The host stays at the door until the guest is out of sight: while "
    "guest.is_in_sight(): pass.",
)
def closes_first(run: Run) -> NotYet | None:
    server, client, talks = run.server, run.client, connected(run.client)
    typed = line_typed(client, "exit")
    if not talks or typed is None:
        return NotYet(
            f'Your client did not come as far as "exit": it {client.ending}. Your '
            f"server {server.ending}.",
            "Who of the two should have done the next step?",
        )
    last = _after(talks[0], typed)
    if last is None:
        return NotYet(
            f'"exit" was typed, and your client sent nothing: it {client.ending}.',
            "How should the server learn that somebody wants to leave?",
            typed.end,
        )
    said, got, answered = last
    if said != b"exit" or got != GOODBYE:
        return NotYet(
            f'"exit" was typed. Your client sent {shown(said)} and received '
            f"{shown(got) if got else 'nothing'}: it {client.ending}.",
            "What should travel in each direction at this point?",
            answered.end if answered else typed.end,
        )
    if client.wait is not None or client.crash is not None or client.status:
        return NotYet(
            f"Your client received “Goodbye!” and did not end: it {client.ending}. "
            f"Your server {server.ending}.",
            "Which condition should end your client's loop?",
            answered.end if answered else None,
        )
    again = next_keyboard(client, typed)
    if again is not None:
        return NotYet(
            "Your client received “Goodbye!” and asks for one more line, on line "
            f"{again.line}.",
            "Which condition should end your client's loop?",
            again.start,
        )
    first = closed_first(run, 5555)
    if first is not None:
        return _server_was_first(run, first)
    if server.wait is not None or server.crash is not None:
        return NotYet(
            f"Your client has closed, and your server {server.ending}.",
            "What tells your server that the client has closed?",
        )
    return None


@lesson.check(
    "both terminals show the chat to the letter",
    CHAT,
    "Put your two terminals beside the ones in the lesson. Which is the first line "
    "that is not the same?",
    "Look at the line that is named above: every capital, space and full stop counts.",
    "print() puts a space between its arguments, and input() puts nothing after its "
    "prompt.",
    'Two ways to one line: print("Total:", 3) and print(f"Total: {3}").',
)
def shows_it_to_the_letter(run: Run) -> NotYet | None:
    return _difference(run)


@lesson.check(
    "your server can be started again at once",
    AGAIN,
    "What is left at port 5555 when your server has ended, and what is left at the "
    "client's port?",
    "Look at the order in which the two sides close, and at what is set on the "
    "listener before bind().",
    'setsockopt() with SO_REUSEADDR, where os.name is "posix", and the client '
    "closing first.",
    "A stage is free for the next play when the last guest, not the host, turns off "
    "the light.",
)
def starts_again(run: Run) -> NotYet | None:
    first, _, second, last = run.actors
    if first.wait is not None or first.crash is not None:
        return NotYet(
            f'A client said "exit" and left, and your server {first.ending}. It '
            "cannot be started again before it has ended.",
            "What should end your server?",
        )
    if not any(call.worked for call in second.calls("bind")):
        refused = second.calls("bind")
        return NotYet(
            "Your server ended and was started again at once. This time it did not get "
            f"its port: it {second.ending}.",
            "Which side closed first, and what does the operating system keep at "
            "that side's port?",
            refused[0].end if refused else None,
        )
    talks = connected(last)
    if not talks or talks[0].received != GOODBYE:
        return NotYet(
            'Your server was started again, and did not say “Goodbye!” to "exit" this '
            f"time: it {second.ending}.",
            "What differs in your server between one start and the next?",
        )
    return None


@lesson.check(
    "it outlives clients that behave badly",
    ROUGH,
    "Which of the things that a stranger does can raise an exception in your server, "
    "and does that hold for the goodbye too?",
    'Look at every call that touches the connection, those after "exit" included: '
    "who catches what they raise?",
    "`except OSError` around each call that uses the network, those of the goodbye "
    'included. decode(errors="backslashreplace") shows bytes that are no text.',
    "Waving to a train that may have left: try: wave(train), except TrainGone: pass.",
)
def outlives_the_rough(run: Run) -> NotYet | None:
    server, hasty = run.server, connected(run["hasty.py"])
    met = len(accepted(server)) > len(connected(run["rough.py"]))
    if not hasty or not met:
        return NotYet(
            f"{talking.last_client(run)} After that nobody was served: your server "
            f"{server.ending}.",
            "What should your server do with a conversation that ends like this?",
            talking.last_event(run),
        )
    if server.crash is not None or server.wait is not None or server.status:
        return NotYet(
            'A client said "exit" and broke the connection off without waiting for the '
            f"goodbye. Your server {server.ending}.",
            'Which calls come after "exit", and what if nobody is there any more?',
            hasty[0].closed.end if hasty[0].closed else None,
        )
    return None


# -- known mistakes: the word "exit" -----------------------------------------


@lesson.mistake
def takes_any_exit_for_the_word(run: Run) -> NotYet | None:
    if "guest.py" not in run:
        return None
    for exchange in [e for c in connected(run["guest.py"]) for e in c.exchanges]:
        if exchange.got == GOODBYE and exchange.said != b"exit":
            return NotYet(
                f"A client asked {shown(exchange.said)}, and your server said "
                "“Goodbye!” to it, because the word exit is somewhere in there.",
                'Which comparison is true for "exit" alone?',
                exchange.answered.end if exchange.answered else None,
            )
    return None


@lesson.mistake
def sends_exit_with_a_line_end(run: Run) -> NotYet | None:
    for client in actors(run, "client.py"):
        for conversation in connected(client):
            for call in conversation.of(*SENDS):
                if call.data.strip() != b"exit" or call.data == b"exit":
                    continue
                if any(c.received.endswith(GOODBYE) for c in [conversation]):
                    continue
                return NotYet(
                    f"On line {call.line} your client sends {call.data!r}. That is not "
                    'the word "exit" alone, and the server compares every character.',
                    "Where does the rest come from, and does it have to travel?",
                    call.start,
                )
    return None


@lesson.mistake
def compares_bytes_with_text(run: Run) -> NotYet | None:
    for actor in actors(run, "server.py") + actors(run, "client.py"):
        met = list(_comparisons(actor))
        if any(seen.value == seen.word for seen in met):
            continue
        for seen in met:
            if type(seen.value) is type(seen.word):
                continue
            if _plain(seen.value) == _plain(seen.word):
                return NotYet(
                    f"On line {seen.line} {_whose(actor)} compares {seen.value!r} with "
                    f"{seen.word!r}. One of them is bytes and the other is text, and "
                    "those are never equal. Python does not complain about it.",
                    "Which method makes text of the bytes that arrived, and where "
                    "should it come?",
                    seen.event,
                )
    return None


@lesson.mistake
def asks_for_the_same_object(run: Run) -> NotYet | None:
    for actor in actors(run, "server.py") + actors(run, "client.py"):
        for seen in _comparisons(actor):
            if seen.identity and seen.value == seen.word and _plain(seen.word):
                return NotYet(
                    f"On line {seen.line} {_whose(actor)} compares {seen.value!r} with "
                    f"{seen.word!r} by `is`. That asks whether both are one and the "
                    "same object, and not whether they have the same letters.",
                    "Which sign compares the letters?",
                    seen.event,
                )
    return None


@lesson.mistake
def compares_with_another_word(run: Run) -> NotYet | None:
    for actor in actors(run, "server.py") + actors(run, "client.py"):
        met = list(_comparisons(actor))
        if any(seen.value == seen.word for seen in met):
            continue
        for seen in met:
            same = type(seen.value) is type(seen.word)
            if same and _plain(seen.value) == "exit" and seen.value != seen.word:
                return NotYet(
                    f"On line {seen.line} {_whose(actor)} compares {seen.value!r} with "
                    f"{seen.word!r}. Those are not the same: every letter, capital, "
                    "space and line end counts.",
                    "Which word does the chat agree on, and what does repr() show of "
                    "yours?",
                    seen.event,
                )
    return None


@lesson.mistake
def keeps_exit_to_itself(run: Run) -> NotYet | None:
    for client in actors(run, "client.py"):
        typed, talks = line_typed(client, "exit"), connected(client)
        if typed is None or not talks or client.crash or client.wait:
            continue
        if _after(talks[0], typed) is None:
            return NotYet(
                f'"exit" was typed on line {typed.line}, and your client left without '
                "sending it. The server took that for a client that hung up, and goes "
                "on waiting for others.",
                'How does the server learn of "exit", and what has to come before '
                "the loop ends?",
                typed.end,
            )
    return None


@lesson.mistake
def does_not_wait_for_goodbye(run: Run) -> NotYet | None:
    for client in actors(run, "client.py"):
        typed, talks = line_typed(client, "exit"), connected(client)
        if typed is None or not talks:
            continue
        last = _after(talks[0], typed)
        if last is None or last[1] or client.wait or client.crash:
            continue
        if any(c.start > (typed.end or 0) for c in talks[0].of(*RECEIVES)):
            continue
        return NotYet(
            'Your client sent "exit" and closed the connection without receiving the '
            "answer: nobody has read the server's “Goodbye!”.",
            "Which steps does your loop leave out for the last message?",
            typed.end,
        )
    return None


@lesson.mistake
def does_not_show_the_goodbye(run: Run) -> NotYet | None:
    for client in actors(run, "client.py"):
        got = [
            c for t in connected(client) for c in t.of(*RECEIVES) if GOODBYE in c.data
        ]
        if got and GOODBYE.decode() not in client.terminal and not client.crash:
            return NotYet(
                f"Your client received “Goodbye!” on line {got[0].line}, and its "
                "terminal does not show it.",
                "Which comes first in your loop after recv(): showing the reply, or "
                "leaving?",
                got[0].end,
            )
    return None


@lesson.mistake
def goes_on_after_the_goodbye(run: Run) -> NotYet | None:
    for client in actors(run, "client.py"):
        typed = line_typed(client, "exit")
        again = next_keyboard(client, typed) if typed else None
        got = [
            c for t in connected(client) for c in t.of(*RECEIVES) if GOODBYE in c.data
        ]
        if got and again is not None and again.start > got[0].start:
            return NotYet(
                "The server has said “Goodbye!”, and your client asks for one more "
                f"line, on line {again.line}.",
                'What is different after "exit", and which line of your loop could '
                "look for it?",
                again.start,
            )
    return None


@lesson.mistake
def both_wait_for_the_other_to_close(run: Run) -> NotYet | None:
    for client in actors(run, "client.py"):
        ours, theirs = client.calls(*RECEIVES), run.server.calls(*RECEIVES)
        if not ours or not theirs or not _waited_in_vain(theirs[-1]):
            continue
        went_on = ours[-1].start < (theirs[-1].end or len(run.recording.events))
        said = any(GOODBYE in c.received for c in connected(client))
        if said and went_on and not ours[-1].data:
            until = ", until its time was up" if theirs[-1].error else ""
            return NotYet(
                "“Goodbye!” has arrived. Your client then waits in recv() on line "
                f"{ours[-1].line}, and your server in recv() on line "
                f"{theirs[-1].line}{until}. Each waits for the other to close.",
                "Which of the two closes first in this chat, and what does it still "
                "have to receive?",
                ours[-1].start,
            )
    return None


# -- known mistakes: the end of the server -----------------------------------


@lesson.mistake
def server_closes_first(run: Run) -> NotYet | None:
    first = closed_first(run, 5555) if "client.py" in run else None
    if first is None or not accepted(run.server):
        return None
    if not accepted(run.server)[-1].sent.endswith(GOODBYE):
        return None
    return _server_was_first(run, first)


@lesson.mistake
def leaves_only_the_inner_loop(run: Run) -> NotYet | None:
    for server in actors(run, "server.py"):
        talks, accepts = accepted(server), server.calls("accept")
        if not talks or not talks[-1].sent.endswith(GOODBYE) or server.crash:
            continue
        if server.wait is None or server.wait.call != "accept":
            continue
        return NotYet(
            'After "exit" and the goodbye your server went back to accept() on line '
            f"{accepts[-1].line}, and waits for another client. Nothing will end it.",
            'Which loops are around the place where you found "exit", and which of '
            "them does your program leave there?",
            accepts[-1].start,
        )
    return None


@lesson.mistake
def ends_without_exit(run: Run) -> NotYet | None:
    if "guest.py" not in run or run.server.wait or run.server.crash:
        return None
    talks = accepted(run.server)
    if len(talks) != 1 or not talks[0].ends_of_file:
        return None
    met = talks[0].ends_of_file[0]
    return NotYet(
        'The first client hung up without "exit", which your server met on line '
        f"{met.line}. It took that for the end of everything: it {run.server.ending}.",
        'How can your program tell end of file from "exit", and what should each of '
        "them end?",
        met.end,
    )


@lesson.mistake
def prints_the_goodbye_only(run: Run) -> NotYet | None:
    for server in actors(run, "server.py"):
        for talk in accepted(server):
            if not talk.received.endswith(b"exit") or GOODBYE in talk.sent:
                continue
            printed = server.printed_between(talk.began)
            if GOODBYE.decode() in printed and not server.crash:
                return NotYet(
                    "Your server prints “Goodbye!” on its own terminal. The client, "
                    "which waits for it, gets nothing.",
                    "Which call takes words to the other side?",
                    event_with(server, GOODBYE.decode()),
                )
    return None


@lesson.mistake
def dies_in_the_goodbye(run: Run) -> NotYet | None:
    crash = run.server.crash if "hasty.py" in run else None
    if crash is None or len(accepted(run.server)) <= len(connected(run["rough.py"])):
        return None
    if not re.match(r"(Connection\w*|BrokenPipe)Error", crash.error or ""):
        return None
    return NotYet(
        'A client said "exit" and broke the connection off without waiting for the '
        f"goodbye. Your server met that on line {crash.line}, and shows a traceback "
        f"that ends with {crash.error}, where “[INFO] Server shutting down.” belongs.",
        'Which lines talk to that client after it has said "exit", and which `try` '
        "is around them?",
        run.recording.events.index(crash),
    )


# -- known mistakes: what the terminals show ---------------------------------


@lesson.mistake
def reports_exit_as_a_disconnection(run: Run) -> NotYet | None:
    if "client.py" not in run:
        return None
    server = run.server
    if LEFT in server.printed and "requested disconnection" in server.printed:
        return NotYet(
            'Your client said "exit", and your server shows both that it requested '
            f"disconnection and “{LEFT}”. The second is for clients that leave "
            'without "exit".',
            "Which of the two ways out of talk() should lead to that line?",
            event_with(server, LEFT),
        )
    return None


# Those of every lesson in which programs talk, told in `course/talking.py`.
for mistake in (
    talking.talks_on_the_listener,
    talking.overlooks_end_of_file,
    talking.never_answers,
    talking.waits_for_more_before_it_answers,
    talking.sends_back_how_python_writes_it,
    talking.hangs_up_after_one_answer,
    talking.accepts_for_each_message,
    talking.accepts_outside_the_loop,
    talking.dies_of_a_lost_connection,
    talking.dies_of_bytes_that_are_no_text,
    talking.both_wait_in_recv,
    talking.asks_only_once,
    talking.does_not_wait_for_the_reply,
):
    lesson.mistake(mistake)


@lesson.mistake
def shows_bytes(run: Run) -> NotYet | None:
    return talking.shows_bytes(run) if _chat_is_over(run) else None


@lesson.mistake
def differs_by_a_letter(run: Run) -> NotYet | None:
    return _difference(run) if _chat_is_over(run) else None


# -- what several of them ask ------------------------------------------------


def _after(talk: Conversation, typed: Call) -> tuple[bytes, bytes, Call | None] | None:
    """What was sent after a line was typed, what came back, and in which call."""
    sent = b"".join(taken(c) for c in talk.of(*SENDS) if c.start > typed.start)
    back = [c for c in talk.of(*RECEIVES) if c.start > typed.start and c.data]
    if not sent:
        return None
    return sent, b"".join(c.data for c in back), back[0] if back else None


def _waited_in_vain(call: Call) -> bool:
    """Whether it never returned, or only because its time was up."""
    return call.end is None or (call.error or "").startswith("TimeoutError")


def _chat_is_over(run: Run) -> bool:
    """Whether your two programs have talked and both ended by themselves."""
    return "client.py" in run and all(
        program.wait is None and program.crash is None and program.all_calls
        for program in (run.server, run.client)
    )


def _server_was_first(run: Run, first: int) -> NotYet:
    """An account of a server that does not wait for its client to close."""
    talk = accepted(run.server)[-1]
    closed = talk.closed
    where = f" at line {closed.line}," if closed and closed.end == first else ""
    return NotYet(
        f"Your server sent “Goodbye!” and closed the connection{where} before the "
        "client did. The side that closes first keeps TIME_WAIT: now that is port "
        "5555, the one that your server needs again.",
        "Which answer of recv() tells your server that the client has closed?",
        first,
    )


def _whose(actor: Actor) -> str:
    return "your server" if actor.name == "server.py" else "your client"


def _first_line(text: str) -> str:
    lines = [line for line in text.splitlines() if line.strip()]
    return f"“{lines[0].strip()}”" if lines else "nothing"


# -- what a terminal shows, letter by letter ---------------------------------


def _difference(run: Run) -> NotYet | None:
    """The first line of a terminal that is not as the course has it."""
    talks = connected(run.client)
    address = run.client.address(talks[0].socket) if talks else None
    port = address[1] if address else "54302"
    for actor, text in ((run.server, SERVER_SHOWS), (run.client, CLIENT_SHOWS)):
        expected = text.format(port=port).splitlines()
        shows = [line.rstrip() for line in actor.terminal.rstrip().splitlines()]
        if shows != expected:
            return _compare(actor, shows, expected)
    return None


def _compare(actor: Actor, shows: list[str], expected: list[str]) -> NotYet:
    pairs = zip(shows, expected, strict=False)
    at = next((i for i, (a, b) in enumerate(pairs) if a != b), None)
    if at is None:
        at = min(len(shows), len(expected))
    who, number = _whose(actor), at + 1
    event = _event_of_line(actor, shows[at]) if at < len(shows) else None
    if at == len(shows):
        return NotYet(
            f"Line {number} of {who}'s terminal is missing. The lesson shows "
            f"“{expected[at]}” there, and {who} {actor.ending}.",
            "Which print is missing, or is not reached?",
        )
    if at == len(expected) or shows[at + 1 : at + 2] == expected[at : at + 1]:
        return NotYet(
            f"Line {number} of {who}'s terminal is “{shows[at]}”, which the lesson "
            "does not show.",
            "Which line of your program prints it, and is it still of use to you?",
            event,
        )
    if shows[at] == (expected[at + 1] if at + 1 < len(expected) else None):
        return NotYet(
            f"{who.capitalize()}'s terminal leaves out line {number}, "
            f"“{expected[at]}”. It shows “{shows[at]}” in that place.",
            "At which point of the chat should that line be printed?",
            event,
        )
    return NotYet(
        f"Line {number} of {who}'s terminal is “{shows[at]}”. The lesson shows "
        f"“{expected[at]}”. {_where_they_part(shows[at], expected[at])}",
        "Which string in your program has these letters?",
        event,
    )


def _where_they_part(shown_line: str, expected: str) -> str:
    """In words: the first character in which two lines differ."""
    pairs = zip(shown_line, expected, strict=False)
    at = next((i for i, (a, b) in enumerate(pairs) if a != b), None)
    if at is None:
        at = min(len(shown_line), len(expected))
    if at == 0:
        return f"They differ from the start: {_both(shown_line, expected, 0)}."
    same = expected[max(0, at - 12) : at]
    cut = "…" if at > 12 else ""
    return f"They part after “{cut}{same}”: {_both(shown_line, expected, at)}."


def _both(shown_line: str, expected: str, at: int) -> str:
    return (
        f"yours has {_character(shown_line, at)} there, the lesson's "
        f"{_character(expected, at)}"
    )


def _character(line: str, at: int) -> str:
    if at >= len(line):
        return "the end of the line"
    return "a space" if line[at] == " " else f"“{line[at]}”"


def _event_of_line(actor: Actor, line: str) -> int | None:
    """Index of the event in which the program printed this line."""
    for at, event in enumerate(actor.recording.events):
        if event.program == actor.index and event.kind == "output":
            text = (event.text or "").strip()
            if text and text in line:
                return at
    return None


# -- what a program compares with "exit" -------------------------------------

WORDS = re.compile(r"\s*(exit|goodbye!?|quit|bye|close|disconnect)\s*", re.I)
METHODS = ("decode", "encode", "strip", "rstrip", "lower", "upper", "casefold")


@dataclass(frozen=True)
class Comparison:
    """A comparison that a program came to, with the value that it had there."""

    line: int
    value: str | bytes
    word: str | bytes
    identity: bool
    """By `is`, not by `==`."""
    event: int


def _comparisons(actor: Actor) -> Iterator[Comparison]:
    """Every time that the program compared a variable with a word like "exit"."""
    wanted: dict[int, list[tuple[ast.expr, str | bytes, bool]]] = {}
    for node in ast.walk(ast.parse(actor.program.source)):
        if not isinstance(node, ast.Compare) or len(node.ops) != 1:
            continue
        identity = isinstance(node.ops[0], ast.Is | ast.IsNot)
        if not identity and not isinstance(node.ops[0], ast.Eq | ast.NotEq):
            continue
        sides = (node.left, node.comparators[0])
        for side, other in (sides, sides[::-1]):
            word = side.value if isinstance(side, ast.Constant) else None
            if isinstance(word, str | bytes) and WORDS.fullmatch(_plain(word)):
                wanted.setdefault(node.lineno, []).append((other, word, identity))
    known: dict[tuple[str | None, str], str] = {}
    for at, event in enumerate(actor.recording.events):
        if event.program != actor.index or event.kind != "line":
            continue
        known.update({(event.function, n): v for n, v in event.variables})
        for expression, word, identity in wanted.get(event.line or 0, ()):
            value = _value(expression, event.function, known)
            if value is not None:
                yield Comparison(event.line or 0, value, word, identity, at)


def _value(
    expression: ast.expr,
    function: str | None,
    known: dict[tuple[str | None, str], str],
) -> str | bytes | None:
    """The value of a variable, or of a harmless method of it, if it is known."""
    if isinstance(expression, ast.Name):
        written = known.get((function, expression.id)) or known.get(
            (None, expression.id)
        )
        try:
            value = ast.literal_eval(written or "")
        except (ValueError, SyntaxError):
            return None
        return value if isinstance(value, str | bytes) else None
    if not isinstance(expression, ast.Call) or expression.args or expression.keywords:
        return None
    called = expression.func
    if not isinstance(called, ast.Attribute) or called.attr not in METHODS:
        return None
    value = _value(called.value, function, known)
    method = getattr(value, called.attr, None)
    try:
        changed = method() if method else None
    except UnicodeError:
        return None
    return changed if isinstance(changed, str | bytes) else None


def _plain(value: str | bytes) -> str:
    text = value.decode(errors="replace") if isinstance(value, bytes) else value
    return text.strip().casefold()
