"""Steps of programs that take a line for a message, however its bytes arrive."""

from __future__ import annotations

import re

from lessons.course.checking.evidence import NotYet, shown, step
from lessons.course.checking.mistakes.framing import (
    ENDLESS,
    gives_a_reason,
    refuses_before_the_end,
    whole_lines,
)
from lessons.course.checking.run import Conversation, Participant, Run, came_after
from lessons.course.checking.visitors import deeds, doing, says

# -- the server ----------------------------------------------------------------------


@step
def hears(run: Run, deed: str, lines: tuple[str, ...], ask: str) -> NotYet | None:
    """What this visitor sent it takes for these messages, and answers each."""
    (visitor,), server = doing(run, deed), run.server
    number = deeds(visitor).index(deed)
    if number >= len(visitor.connected):
        return NotYet(
            "A client hung up, and the next one was not served: your server "
            f"{server.ending}.",
            "Where should your server be when a client has hung up?",
        )
    talk = visitor.connected[number]
    shows = all(f"Client: {line}\n" in server.printed for line in lines)
    if whole_lines(talk.received) == len(lines) and shows:
        return None
    return NotYet(
        f"A client {says(visitor, number)}. Your server answered "
        f"{_short(talk.received)}, and shows {_said(server, number)}. It "
        f"{server.ending}.",
        ask,
        talk.began,
    )


def takes_no_half_line(run: Run) -> NotYet | None:
    server, talks = run.server, _talks(run, "leave_in_mid_line")
    if not talks[0].received and "half a li\n" not in server.printed:
        return None
    took = f"shows {_said(server, 0)}"
    if talks[0].received:
        took = f"answered that with {shown(talks[0].received.strip())}"
    return NotYet(
        f"A client sent “half a li” and hung up. Your server {took}, as if it were a "
        "whole line.",
        "Which byte says that a line is whole?",
        talks[0].began,
    )


def goes_on(run: Run) -> NotYet | None:
    """It serves the next one after those who left in the middle of a line."""
    talks = _talks(run, "leave_in_mid_line")
    if len(talks) > 2 and talks[2].received:
        return None
    return NotYet(
        "Two clients left in the middle of a line, and the second broke its "
        f"connection off. The next one got no answer: your server {run.server.ending}.",
        "Where should your server be when a client has gone?",
        talks[-1].began,
    )


def gives_up(run: Run) -> NotYet | None:
    """It hangs up on a line that does not end."""
    server, flood = run.server, run.server.accepted[0]
    over = flood.closed is not None and not flood.ends_of_file
    drained = refuses_before_the_end(flood) and not re.search("x{9}", _said(server, 0))
    # The client meets a connection broken off when bytes are left unread.
    if _talks(run, "send_without_end")[0].broken or over or drained:
        return None
    return NotYet(
        f"A client sent {ENDLESS:,} bytes and no line end, and your server did not "
        f"hang up on it: at the end it {server.ending}.",
        "At how many bytes should your server give up on this line?",
        flood.began,
    )


def goes_on_and_says_why(run: Run) -> NotYet | None:
    server, talks = run.server, _talks(run, "send_without_end")
    if len(talks) < 3 or not talks[2].received:
        return NotYet(
            "A client sent a line that was too long, and the next one got no answer: "
            f"your server {server.ending}.",
            "Which conversation should be over, and which loop should go on?",
            talks[-1].began,
        )
    flood, *others = server.accepted
    until = others[0].began if others else None
    if gives_a_reason(server.printed_between(flood.began + 1, until)):
        return None
    return NotYet(
        "A client sent a line that does not end, and your server hung up on it. Its "
        "terminal does not say why.",
        "What would you like to read in the server's terminal at this moment?",
        flood.closed.start if flood.closed else flood.began,
    )


def refuses_a_whole_line(run: Run) -> NotYet | None:
    """It refuses a line of which the end has come as well, and tells the client."""
    talk = _talks(run, "send_too_long_a_line")[1]
    if b"Message received" in talk.received:
        return NotYet(
            "A client sent a line of 65,600 letters, and its end came right behind "
            "them. Your server took that for a message.",
            "Where is a line compared with the limit, once its end has been found?",
            talk.began,
        )
    if re.search(rb"\w{3,}", talk.received.replace(b"Message received", b"")):
        return None
    return NotYet(
        "A client sent a line that was too long, and waited for an answer. Your server "
        f"hung up on it, and sent {_short(talk.received)}.",
        "What should somebody read who does not see your server's terminal?",
        talk.began,
    )


# -- the client ----------------------------------------------------------------------


def talks(run: Run) -> NotYet | None:
    """It connects, and sends what is typed."""
    client = run.participants[1]
    if any(talk.sent for talk in client.connected[:1]):
        return None
    return NotYet(
        "A server waits on port 5555, and your client has sent it nothing: it "
        f"{client.ending}.",
        "Which call connects a client with its server, and where does the text go that "
        "was typed?",
    )


@step
def shows_whole(run: Run, typed: str, reply: str, how: str) -> NotYet | None:
    """To what was typed it shows this reply, all of it."""
    client = run.participants[1]
    if f"Server: {reply}\n" in _shown_after(client, typed):
        return None
    return NotYet(
        f"To “{typed}” the server replied {how}. Your client shows "
        f"{_short(_shown_after(client, typed).encode())}; at the end it "
        f"{client.ending}.",
        "How much of the reply was there when your client showed it?",
        _first_of_reply(client, typed),
    )


@step
def keeps_what_came_early(run: Run, first: str, then: str) -> NotYet | None:
    """Of two replies in one piece it shows one to each of these messages."""
    client = run.participants[1]
    for typed, reply in ((first, "Very well"), (then, "Goodbye!")):
        shows = _shown_after(client, typed)
        if f"Server: {reply}\n" not in shows:
            return NotYet(
                "The server sent two lines in one piece, “Very well” and “Goodbye!”. "
                f"After “{typed}” your client shows {_short(shows.encode())}, and it "
                f"{client.ending}.",
                "Where is the second line, once the first has been shown?",
                _first_of_reply(client, first),
            )
    return None


def ends_in_mid_reply(run: Run) -> NotYet | None:
    """When the server has gone, it does not ask for more."""
    client = run.participants[2]
    if not client.connected:
        return NotYet(
            f"Your client was started again and reached no server: it {client.ending}.",
            "Did the first conversation come to its end?",
        )
    lost = client.connected[0].lost
    if client.wait is None and not (lost and client.asks_after(lost)):
        return None
    if lost is None and not client.connected[0].received:
        first = run.participants[1]
        return NotYet(
            "Your client was started a second time and got no reply: the server still "
            f"talks with the first one, which {first.ending}.",
            "What should end the first conversation?",
        )
    again = client.asks_after(lost) if lost else None
    if lost and again:
        return NotYet(
            "The server was gone in the middle of its reply, which your client met in "
            f"{lost.name}() on line {lost.line}. It asks for the next line all the "
            f"same, on line {again.line}.",
            "What should your client do when no reply can come any more?",
            again.start,
        )
    return NotYet(
        "The server was gone in the middle of its reply, and your client went on: it "
        f"{client.ending}.",
        "What should your client do when no reply can come any more?",
        lost.end if lost else None,
    )


def sends_nothing_too_long(run: Run) -> NotYet | None:
    """It asks again where a line is too long, and comes back from an empty one."""
    client = run.client
    empty, greeting = client.typed(""), client.typed("Hello Server!")
    until = empty.start if empty else run.end
    if any(c.start < until for talk in client.connected for c in talk.sends if c.sent):
        return NotYet(
            "A line of 40,000 letters was typed, which are 80,000 bytes, and your "
            "client sent it. The server refuses a line of more than 65536 bytes.",
            "Where could your client count the bytes of a line before it sends it?",
            next(c.start for talk in client.connected for c in talk.sends),
        )
    if greeting is not None:
        return None
    return NotYet(
        "Behind a line of 80,000 bytes the line “Hello Server!” was to be typed, and "
        f"your client did not ask for it: it {client.ending}.",
        "What should your client do with a line that is too long?",
        empty.end if empty else None,
    )


def takes_no_endless_reply(run: Run) -> NotYet | None:
    """It ends with a sentence where a reply does not."""
    client, crash = run.client, run.client.crash
    typed = client.typed("Hello Server!")
    assert typed is not None
    said = client.output(typed.end or 0)
    calm = client.wait is None and crash is None
    if calm and "xxx" not in said and re.search(r"\w{3,} \w+", said):
        return None
    shown = client.printed_between(typed.end or 0)
    return NotYet(
        "The server replied with 200,000 bytes and no line end. Your client shows "
        f"{_short(shown.encode())}, and it {client.ending}.",
        "Where could that exception be caught, so that one sentence is shown?"
        if crash
        else "At how many bytes should your client give up?",
        crash.event if crash else typed.end,
    )


# -- what several of them ask --------------------------------------------------------


def _talks(run: Run, deed: str) -> list[Conversation]:
    """The conversations of the visitor that does this."""
    return doing(run, deed)[0].connected


def _said(server: Participant, number: int) -> str:
    """What your server showed of its conversation of this number."""
    began = [*(talk.began for talk in server.accepted), server.run.end]
    if number + 1 >= len(began):
        return "nothing"
    lines = server.printed_between(began[number], began[number + 1]).splitlines()
    told = "\n".join(line for line in lines if not line.startswith("[INFO]"))
    return _short(told.encode())


def _short(data: bytes) -> str:
    text = data.decode(errors="replace").strip()
    if not text:
        return "nothing"
    return shown((text if len(text) <= 120 else f"{text[:100]} …").encode())


def _shown_after(client: Participant, typed: str) -> str:
    """What the client showed after this line was typed, and before the next."""
    call = client.typed(typed)
    if call is None or call.end is None:
        # Of a program that makes very many calls, not all are in the recording.
        is_cut = any(event.kind == "cut" for _, event in client.events)
        return client.printed if is_cut else ""
    following = client.asks_after(call)
    return client.printed_between(call.end, following.start if following else None)


def _first_of_reply(client: Participant, typed: str) -> int | None:
    call = client.typed(typed)
    for talk in client.connected[:1]:
        for received in talk.receives:
            if call and came_after(received, call) and received.data:
                return received.end
    return None
