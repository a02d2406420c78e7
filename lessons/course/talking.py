"""Mistakes of programs that talk: what several lessons know and say of them.

Each function recognises one mistake; a lesson names those that it asks about.
They know the clients of `peers/` by what these do: `talker.py` and `guest.py`
say two things on one connection, `rough.py` misbehaves, and others come after.
"""

from __future__ import annotations

import re
from itertools import pairwise

from lessons.course.conversation import (
    accepted,
    actors,
    connected,
    event_with,
    left_open,
    line_typed,
    next_keyboard,
    shown,
    taken,
)
from lessons.course.run import KEYBOARD, RECEIVES, SENDS, NotYet, Run

LINE = len(b"Hello Server!")
"""Bytes of a line that is said: one recv() should have room for it."""
BEHAVED = {
    "leave": "hung up without a word",
    "break_off": "broke the connection off before it had its answer",
    "read_half": "broke the connection off in the middle of its answer",
    "dribble": "sent single bytes, and so a character in two halves",
    "hurry": "sent two messages in one piece, and bytes that are no text",
    "steer": "sent a newline and an escape character in its message",
}
"""What each client in `peers/rough.py` does, by the name of its function."""


# -- the server ---------------------------------------------------------------


def talks_on_the_listener(run: Run) -> NotYet | None:
    for server in actors(run, "server.py"):
        listeners = {call.socket for call in server.calls("listen")}
        for call in server.calls(*SENDS, *RECEIVES):
            if call.socket in listeners and call.error and accepted(server):
                name = run.recording.sockets[call.socket or 0].name
                return NotYet(
                    f"On line {call.line} your server calls {call.name}() on the "
                    f"socket that listens{f', {name}' if name else ''}. That one is "
                    "connected with nobody, and the operating system says so: "
                    f"{call.error}.",
                    "Which socket did accept() return for this client?",
                    call.end,
                )
    return None


def overlooks_end_of_file(run: Run) -> NotYet | None:
    for server in actors(run, "server.py"):
        for conversation in accepted(server):
            met = conversation.ends_of_file
            if len(met) >= 3:
                return NotYet(
                    f'recv() on line {met[0].line} said b"", end of file: the client '
                    "will send nothing more. Your server took no notice, called it "
                    "again and again, and got the same answer each time.",
                    "Which line of your loop could look for that answer, and what "
                    "should happen then?",
                    met[0].end,
                )
    return None


def never_answers(run: Run) -> NotYet | None:
    for server in actors(run, "server.py"):
        heard = [c.heard for c in accepted(server) if c.heard]
        if heard and not server.calls(*SENDS) and ".send" not in server.program.source:
            return NotYet(
                f"Your server took {shown(heard[0].data)} on line {heard[0].line}, and "
                "no line of it sends anything. The client waits for its answer.",
                "Which call is the counterpart of recv()?",
                heard[0].end,
            )
    return None


def waits_for_more_before_it_answers(run: Run) -> NotYet | None:
    for server in actors(run, "server.py"):
        wait = server.wait
        for conversation in accepted(server)[:1]:
            heard, last = conversation.heard, conversation.calls[-1:]
            waits = wait is not None and last and last[0].end is None
            if heard and waits and last[0].name in RECEIVES and not conversation.sent:
                return NotYet(
                    f"Your server took {shown(heard.data)} on line {heard.line} and "
                    f"has not answered. It stood in recv() on line {last[0].line} and "
                    "waited for more, while the client waited for the answer.",
                    "For what, or for how many bytes, does your server wait before "
                    "it answers? Will that ever come?",
                    last[0].start,
                )
    return None


def sends_back_how_python_writes_it(run: Run) -> NotYet | None:
    for server in actors(run, "server.py"):
        for conversation in accepted(server):
            for call in conversation.of(*SENDS):
                heard = [c.data for c in conversation.of(*RECEIVES) if c.data]
                if any(repr(data).encode() in call.data for data in heard):
                    return NotYet(
                        f"On line {call.line} your server sends {shown(call.data)}, "
                        "with a b and quotes in it. This is how Python writes bytes "
                        "down; str() and f-strings do that.",
                        "Which variable holds the very bytes that arrived?",
                        call.start,
                    )
    return None


def hangs_up_after_one_answer(run: Run) -> NotYet | None:
    for server in actors(run, "server.py"):
        conversation = next(iter(accepted(server)), None)
        if conversation is None or not conversation.sent or conversation.ends_of_file:
            continue
        closed = conversation.closed
        if closed is None or conversation.broken or not _has_more_to_say(run):
            continue
        if not conversation.received:
            continue
        return NotYet(
            f"Your server answered {shown(conversation.received)} and hung up: the "
            f"connection was closed at line {closed.line}. The client had a second "
            "thing to say.",
            "Which of your lines belong to a client, and which to each of its "
            "messages?",
            closed.start,
        )
    return None


def accepts_for_each_message(run: Run) -> NotYet | None:
    for server in actors(run, "server.py"):
        conversation = next(iter(accepted(server)), None)
        accepts = server.calls("accept")
        if conversation is None or not conversation.sent or len(accepts) < 2:
            continue
        if conversation.ends_of_file or conversation.broken or server.crash:
            continue
        if not _has_more_to_say(run):
            continue
        if accepts[1].thread == accepts[0].thread == conversation.calls[0].thread:
            return NotYet(
                f"Your server answered {shown(conversation.received)} and went back "
                f"to accept() on line {accepts[1].line}, to wait for another client. "
                "Nobody reads the first client's second message.",
                "How often does one conversation need accept()?",
                accepts[1].start,
            )
    return None


def accepts_outside_the_loop(run: Run) -> NotYet | None:
    for server in actors(run, "server.py"):
        crash, conversations = server.crash, accepted(server)
        if crash is None or len(conversations) != 1:
            continue
        closed = conversations[0].closed
        if closed is None or not re.search("Bad file|10038", crash.error or ""):
            continue
        return NotYet(
            "The client hung up, and your server closed the connection on line "
            f"{closed.line}. Then it came to line {crash.line}, "
            f"`{server.code(crash.line)}`, with that same closed connection.",
            "Which call gives your server a connection with the next client, and "
            "where does it stand in relation to the loop?",
            run.recording.events.index(crash),
        )
    return None


def ends_with_its_first_client(run: Run) -> NotYet | None:
    if not _has_more_to_say(run) or run.server.wait or run.server.crash:
        return None
    conversations = accepted(run.server)
    if len(conversations) != 1 or not conversations[0].ends_of_file:
        return None
    return NotYet(
        f"The first client hung up, which your server noticed on line "
        f"{conversations[0].ends_of_file[0].line}. Then your server "
        f"{run.server.ending}, and the next client was refused.",
        "Which call should be reached again when a conversation is over?",
        conversations[0].ends_of_file[0].end,
    )


def keeps_its_end_open(run: Run) -> NotYet | None:
    if not _has_more_to_say(run):
        return None
    conversations = accepted(run.server)
    accepts = run.server.calls("accept")
    if len(conversations) < 2 or not left_open(run, 5555):
        return None
    met, closed = conversations[0].ends_of_file, conversations[0].closed
    if not met or (closed is not None and closed.result != "dropped"):
        return None
    return NotYet(
        f'recv() on line {met[0].line} said b"", and your server went back to accept() '
        f"on line {accepts[1].line}. Nothing has closed its end of the connection: "
        "the operating system shows it half-closed, in CLOSE_WAIT, at least until "
        "the next client comes.",
        "Who closes the socket that accept() returned, when a conversation is over?",
        accepts[1].start,
    )


def dies_of_a_lost_connection(run: Run) -> NotYet | None:
    if "rough.py" not in run:
        return None
    crash = run.server.crash
    if (
        crash is None
        or run.server.wait
        or not re.match(
            r"(Connection(Reset|Aborted)|BrokenPipe)Error", crash.error or ""
        )
    ):
        return None
    return NotYet(
        f"{last_client(run)} That raised an exception on line {crash.line}, and it "
        f"ended your whole server: {crash.error}.",
        "Which family of exceptions holds all that the operating system can report, "
        "and where would you catch it, so that only this one conversation ends?",
        run.recording.events.index(crash),
    )


def ends_with_a_bad_client(run: Run) -> NotYet | None:
    if "rough.py" not in run or run.server.crash or run.server.wait:
        return None
    conversations = accepted(run.server)
    if not conversations:
        return None
    last = conversations[-1]
    where = f" on line {last.broken.line}" if last.broken else ""
    return NotYet(
        f"{last_client(run)} Your server caught the exception{where} outside its "
        f"loop, so the loop was over: it {run.server.ending}."
        if last.broken
        else f"{last_client(run)} After that your server {run.server.ending}.",
        "Inside which loop must a conversation break down, so that the next client is "
        "still served?",
        last.broken.end if last.broken else last_event(run),
    )


def dies_of_bytes_that_are_no_text(run: Run) -> NotYet | None:
    crash = run.server.crash if "rough.py" in run else None
    if crash is None or "UnicodeDecodeError" not in (crash.error or ""):
        return None
    return NotYet(
        f"{last_client(run)} decode() on line {crash.line} cannot make UTF-8 text of "
        "that, raised a UnicodeDecodeError, and your whole server ended.",
        "What could decode() do with bytes that it does not understand, other than "
        "give up?",
        run.recording.events.index(crash),
    )


# -- the client ---------------------------------------------------------------


def both_wait_in_recv(run: Run) -> NotYet | None:
    for client in actors(run, "client.py"):
        if "server.py" not in run:
            continue
        for conversation in connected(client):
            first = next(iter(conversation.of(*SENDS, *RECEIVES)), None)
            if first is None or first.name not in RECEIVES or first.data:
                continue
            wait = run.server.wait
            theirs = f" on line {wait.line}" if wait and wait.line else ""
            return NotYet(
                f"Your client begins with {first.name}() on line {first.line}: it "
                f"waits for your server to speak. Your server waits in recv(){theirs} "
                "for the client to speak. No error will ever come of that.",
                "Who speaks first in this conversation?",
                first.start,
            )
    return None


def sends_an_empty_line(run: Run) -> NotYet | None:
    for client in actors(run, "client.py"):
        for conversation in connected(client):
            calls = conversation.of(*SENDS, *RECEIVES)
            for sent, then in pairwise(calls):
                nothing = sent.name in SENDS and sent.worked and not sent.data
                if nothing and then.name in RECEIVES and then.end is None:
                    return NotYet(
                        f"Your client handed the empty line to {sent.name}() on line "
                        f"{sent.line}. It has no bytes, so nothing travelled. Now "
                        f"your client waits in recv() on line {then.line} for an "
                        "answer, and your server for a message.",
                        "Where could your client notice that a line is empty, and "
                        "ask once more?",
                        sent.start,
                    )
    return None


def ends_at_an_empty_line(run: Run) -> NotYet | None:
    for client in actors(run, "client.py"):
        empty = line_typed(client, "")
        if empty is None or client.wait or client.crash:
            continue
        if next_keyboard(client, empty) is None:
            return NotYet(
                "An empty line was typed, and your client took it for a goodbye: it "
                f"{client.ending}.",
                "Somebody has pressed Enter by mistake. What would they like to see?",
                empty.end,
            )
    return None


def asks_only_once(run: Run) -> NotYet | None:
    for client in actors(run, "client.py"):
        talks = connected(client)
        if "server.py" not in run or not talks or not talks[0].exchanges:
            continue
        asked = client.calls(*KEYBOARD)
        if len(asked) == 1 and not client.wait and not client.crash:
            return NotYet(
                f"Your client asked for one line, on line {asked[0].line}, and "
                f"{client.ending}. Nobody read the second one that was typed.",
                "Which of its steps should come again for each line?",
                asked[0].start,
            )
    return None


def does_not_wait_for_the_reply(run: Run) -> NotYet | None:
    for client in actors(run, "client.py"):
        if "server.py" not in run:
            continue
        for conversation in connected(client):
            sent = [c for c in conversation.of(*SENDS) if taken(c)]
            if not sent or conversation.of(*RECEIVES):
                continue
            answered = any(c.sent for c in accepted(run.server))
            return NotYet(
                f"Your client sent {shown(sent[0].data)} on line {sent[0].line} and "
                "never called recv()."
                + (" The reply has come, and nobody reads it." if answered else ""),
                "Which call takes what the server sends back, and where does it go?",
                sent[0].end,
            )
    return None


def reads_a_few_bytes(run: Run) -> NotYet | None:
    ours = [("server", a) for a in actors(run, "server.py")]
    ours += [("client", a) for a in actors(run, "client.py")]
    for who, actor in ours:
        talks = accepted(actor) + connected(actor)
        for call in [c for talk in talks for c in talk.of("recv")]:
            most = next((int(a) for a in call.arguments if a.isdigit()), 0)
            if not call.data or len(call.data) != most or most >= LINE:
                continue
            return NotYet(
                f"On line {call.line} your {who} calls recv({most}), which takes at "
                f"most {most} bytes: {shown(call.data)}. The rest of the message "
                "comes with the next recv(), and is taken for something else.",
                "What does the number in recv() say, and how large may a line be?",
                call.end,
            )
    return None


def shows_bytes(run: Run) -> NotYet | None:
    for who in ("server", "client"):
        for actor in actors(run, f"{who}.py"):
            for call in actor.calls(*RECEIVES):
                text, written = _as_text(call.data), repr(call.data)
                if not text or written not in actor.printed:
                    continue
                if text in actor.printed.replace(written, ""):
                    continue
                return NotYet(
                    f"Your {who} shows “{text}” as {written}: the b and the quotes "
                    "say that these are bytes, and not text.",
                    "Which method turns bytes into text?",
                    event_with(actor, written),
                )
    return None


# -- what several of them ask -------------------------------------------------


def _has_more_to_say(run: Run) -> bool:
    """Whether the first client says two things, and leaves by itself."""
    return "talker.py" in run or "guest.py" in run


def last_event(run: Run) -> int | None:
    """Where the last of the rough clients did something with its socket."""
    calls = [c for c in run["rough.py"].all_calls if c.socket is not None and c.worked]
    return calls[-1].end if calls else None


def last_client(run: Run) -> str:
    """What the last rough client did that your server still met."""
    calls = connected(run["rough.py"])
    met = calls[: len(accepted(run.server))]
    if not met:
        return "Clients came that behave badly."
    function = run.recording.events[met[-1].began].function or ""
    return f"A client {BEHAVED.get(function, 'behaved badly')}."


def _as_text(data: bytes) -> str:
    return data.decode(errors="ignore")
