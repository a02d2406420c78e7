"""Steps of a client: it sends what is typed, shows the reply, and ends calmly."""

from __future__ import annotations

from lessons.course.checking.evidence import NotYet, quoted, shown, step
from lessons.course.checking.mistakes.talking import WAYS
from lessons.course.checking.run import Conversation, Run, came_after
from socketscope.reading.calls import KEYBOARD, Call


def reaches_the_server(run: Run) -> NotYet | None:
    if run.client.connected:
        return None
    return NotYet(
        f"Your client reached nobody: it {run.client.ending}. Your server "
        f"{run.server.ending}.",
        "To which address and port does the client connect, and who listens there?",
    )


@step
def passes_on(run: Run, line: str) -> NotYet | None:
    """It asks for a line, sends it, and shows the reply: the same bytes."""
    client, talk = run.client, run.client.connected[0]
    typed = client.typed(line)
    if typed is None:
        return NotYet(
            f"Your client is connected and did not ask for the line “{line}”: it "
            f"{client.ending}.",
            "Which call reads a line from the keyboard, and how often should it be "
            "reached?",
        )
    again = client.asks_after(typed)
    sent = talk.sent_since(typed, again.start if again else None)
    if sent != line.encode():
        later = talk.sent_since(typed)  # perhaps a thread of its own sends
        if not later.startswith(line.encode()):
            return _not_sent(run, typed, sent)
    came = _came_back(talk, line, typed)
    if came and line in client.printed_between(came.end or 0):
        return None
    return _not_shown(run, talk, typed)


def _came_back(talk: Conversation, line: str, typed: Call) -> Call | None:
    """The call with which all of the reply had been received."""
    got = b""
    for call in talk.receives:
        if came_after(call, typed):
            got += call.data
            if line.encode() in got:
                return call
    return None


def _not_sent(run: Run, typed: Call, sent: bytes) -> NotYet:
    if sent:
        return NotYet(
            f"“{typed.text}” was typed, and your client sent {shown(sent)}.",
            "What is added or lost between input() and sendall()?",
            typed.end,
        )
    return NotYet(
        f"Your client read “{typed.text}” from the keyboard on line {typed.line} and "
        f"sent nothing: it {run.client.ending}.",
        "Where should that text go, and what must it become before it can travel?",
        typed.end,
    )


def _not_shown(run: Run, talk: Conversation, typed: Call) -> NotYet:
    client = run.client
    got = [call for call in talk.receives if came_after(call, typed) and call.data]
    if not got:
        return NotYet(
            f"Your client sent “{typed.text}” and got no reply: it {client.ending}. "
            f"Your server {run.server.ending}.",
            "Who should have spoken, and in which call did that program stand?",
            typed.end,
        )
    after = client.asks_after(typed)
    said = client.printed_between(typed.end or 0, after.start if after else None)
    if got[0].data.decode(errors="replace") in said:
        return NotYet(
            f"The reply to “{typed.text}” was {shown(got[0].data)}, and your client "
            "shows it as it came. Your server sent back something else than it got.",
            "What happens to the bytes on the way through your server?",
            got[0].end,
        )
    return NotYet(
        f"The reply to “{typed.text}” was {shown(got[0].data)}, which your client "
        f"received on line {got[0].line}. At that place its terminal shows "
        f"{quoted(said)}.",
        "Which line should show the reply, as text?",
        got[0].end,
    )


def ends_with_the_input(run: Run) -> NotYet | None:
    """It ends calmly when the keyboard is at its end of file."""
    if run.client.wait is None and run.client.crash is None:
        return None
    lines = run.client.calls(KEYBOARD)
    if not run.client.crash and not any(each.result == "EOF" for each in lines):
        last = lines[-1].text if lines else None
        return NotYet(
            "Your client did not come to the end of the keyboard's input: after "
            f"{named(last or '')} it {run.client.ending}.",
            "Which line should ask for the next one?",
            lines[-1].end if lines else None,
        )
    return NotYet(
        "The keyboard was at its end of file (Ctrl-D, or Ctrl-Z and Enter on Windows), "
        f"and your client did not end calmly: it {run.client.ending}.",
        "Which exception does input() raise there, and who catches it?",
    )


@step
def asks_again(run: Run, line: str) -> NotYet | None:
    """It sends nothing for this line, and asks for another."""
    client, typed = run.client, run.client.typed(line)
    if typed is None:
        return NotYet(
            f"Your client did not come as far as {named(line)}: it {client.ending}.",
            "What keeps it from asking for another line?",
        )
    again = client.asks_after(typed)
    sent = client.connected[0].sent_since(typed, again.start if again else None)
    if sent:
        return NotYet(
            f"For {named(line)} your client sent {shown(sent)}, and the server takes "
            "that for a message.",
            "What should the person who types see instead?",
            typed.end,
        )
    if again is not None:
        return None
    return NotYet(
        f"After {named(line)} your client did not ask again: it {client.ending}.",
        "Where should the program go from there?",
        typed.end,
    )


def named(line: str) -> str:
    """A typed line, as a message names it."""
    return f"the line “{line}”" if line else "an empty line"


@step
def notices_the_end(run: Run, which: int) -> NotYet | None:
    """This client meets the end of its connection, and goes on no further."""
    client, way = run.participants[which], WAYS[which - 1]
    lost = next((talk.lost for talk in client.connected if talk.lost), None)
    if not any(talk.sent for talk in client.connected):
        return NotYet(
            "The server waits for a first message before it goes away, and your client "
            f"sent none: it {client.ending}.",
            "Which line should send what was typed?",
        )
    if lost is None or client.crash is not None or client.wait is not None:
        return NotYet(
            f"The server {way}, and your client {client.ending}.",
            "How could your client end with one sentence instead?",
            lost.end if lost else None,
        )
    again = client.asks_after(lost)
    # A thread of its own may have met it, while this one already asked.
    if again is None or again.track != lost.track:
        return None
    return NotYet(
        f"The server {way}, and your client asks for the next line all the same, on "
        f"line {again.line}.",
        "Who could still receive that line?",
        again.start,
    )
