"""Mistakes of programs that should take a line for a message, and nothing else."""

from __future__ import annotations

import re

from lessons.course.checking.evidence import SPECIFIC, Evidence, mistake
from lessons.course.checking.run import Conversation, Participant, Run
from lessons.course.checking.visitors import doing, visits
from socketscope.reading.calls import KEYBOARD, RECEIVES, Call, role_of

CAFE, HURRIED = "café", ("Grüße", "How are you?", "How do I exit?")
"""The line that comes in pieces, and the three that come in two."""
LONG, ENDLESS = 3_000, 200_000
"""Letters of the long line, and of the line that is beyond every limit."""
COMPLAINT = "can't decode byte"
WHOLE = "Is anybody there?"
"""What somebody says after those who left in the middle of a line."""


# -- a message is a line -----------------------------------------------------------


@mistake()
def speaks_in_lengths(server: Participant) -> Evidence:
    """A client sent the line “café”. Your server takes the first bytes of it, on line
    {header.line}, for a length. That is framing, too. But both sides have to agree, and
    the clients here end a message with a newline, as the lesson asks.
    Ask: What ends a message when no length is sent?"""
    for talk in visits(server, "dribble_a_line")[:1]:
        for header in talk.receives[:1]:
            lengths = re.search(r"from_bytes|unpack", server.program.source)
            if lengths and header.data and not talk.sent:
                yield header.end, {"header": header}


@mistake()
def takes_each_piece_for_a_message(server: Participant) -> Evidence:
    """A client sent the line “café”, one byte at a time, and your server answered it
    {times} times.
    Ask: Which byte says that the message is complete?"""
    for talk in visits(server, "dribble_a_line")[:1]:
        sent = answers(talk)
        if len(sent) > 1 and not server.crash:
            yield sent[0].start, {"times": len(sent)}


@mistake()
def shows_each_piece_as_a_reply(client: Participant) -> Evidence:
    """The server sent one reply, the line “Grüße”, one byte at a time. Your client had
    {got!q} of it, showed that as the reply, and asked for the next message on line
    {asks.line}.
    Ask: Which byte says that the reply is complete?"""
    first = client.index == 1 and doing(client.run, "reply_in_pieces")
    for asks in client.calls(KEYBOARD)[1:2] if first else ():
        for talk in client.connected[:1]:
            before = [call for call in talk.receives if call.start < asks.start]
            got = b"".join(call.data for call in before)
            if got and b"\n" not in got:
                yield asks.start, {"got": got, "asks": asks}


@mistake()
def sends_no_newline(program: Participant) -> Evidence:
    """On line {last.line} your {program.role} sends {last.data!q}, and no line end
    behind it. The {other} keeps that and waits for the rest of the line, which never
    comes.
    Ask: What ends a message now, and who has to send it?"""
    other = "client" if program.role == "server" else "server"
    for talk in program.accepted + program.connected:
        ended = not talk.sent or talk.sent.endswith(b"\n")
        if not ended and _somebody_waits_for_a_newline(program.run):
            last = talk.sends[-1]
            yield last.start, {"last": last, "other": other}


@mistake()
def keeps_the_newline(program: Participant) -> Evidence:
    """Your {program.role} shows {line!q} with its line end: an empty line follows. The
    line end is the mark between two messages and no part of either.{more}
    Ask: Where does your program cut the line off, before the mark or behind it?"""
    never = ' A message that still has it is never equal to "exit".'
    for talk in program.accepted + program.connected:
        for line in talk.received.decode(errors="replace").splitlines():
            if line and re.search(rf": ?{re.escape(line)}\n\n", program.printed):
                more = never if program.role == "server" else ""
                yield program.event_with(line), {"line": line.encode(), "more": more}


# -- a piece is not text -----------------------------------------------------------


@mistake()
def decodes_pieces(program: Participant) -> Evidence:
    """Your {program.role} decodes on line {crash.line} bytes that are half of a
    character: {error}. A letter like “ü” travels as two bytes, and they may come one
    after the other.
    Ask: At which point is it certain that no character is cut?"""
    crash = program.crash
    if crash and crash.error.name == "UnicodeDecodeError":
        yield crash.event, {"crash": crash, "error": crash.error.text}


@mistake()
def shows_half_a_character(program: Participant) -> Evidence:
    """Your {program.role} shows {what}. It decodes half of a character: a letter like
    “ü” travels as two bytes, and here they came one after the other.
    Ask: At which point is it certain that no character is cut?"""
    for half in ("\\xc3", "\ufffd"):
        if half in program.printed:
            what = f"{half} in place of a letter"
            yield program.event_with(half), {"what": what}
    complaint = program.event_with(COMPLAINT)
    if complaint is not None and not program.crash:
        yield complaint, {"what": "a complaint of decode()"}


# -- what stands behind the end of a line --------------------------------------------


@mistake()
def waits_for_a_piece_that_ends_with_a_newline(server: Participant) -> Evidence:
    """A client sent three lines. Your server waited until what it had ended with a line
    end, took all three for one message, and answered once.
    Ask: Where else can a line end stand, other than at the end of what has come?"""
    for talk in visits(server, "dribble_a_line")[1:2]:
        sent = answers(talk)
        shows = server.printed.replace("\\n", "\n")  # some print it as repr() does
        if len(sent) == 1 and "\n".join(HURRIED) in shows:
            yield sent[0].start, {}


@mistake()
def throws_the_rest_away(server: Participant) -> Evidence:
    """On line {met.line} one recv() brought two lines, “Grüße” and “How are you?”, and
    the beginning of a third. Your server answered the first. What stood behind it is
    gone.
    Ask: Where are the bytes behind the first line end, when the function that found it
    has returned?"""
    for talk in visits(server, "dribble_a_line")[1:2]:
        lost = HURRIED[1] not in server.printed
        for met in [call for call in talk.receives if call.data.count(b"\n") > 1]:
            if lost and 0 < len(answers(talk)) < len(HURRIED):
                yield met.end, {"met": met}


@mistake(says=SPECIFIC)
def throws_a_reply_away(client: Participant) -> Evidence:
    """On line {got.line} one call took in two replies, “Very well” and “Goodbye!”. Your
    client showed the first, and then waited in recv() on line {client.wait.line} for
    what it had already had.
    Ask: Where are the bytes behind the first line end, when the reply has been shown,
    and which later line lets go of them?"""
    waits = client.wait and role_of(client.wait.call) == RECEIVES
    for talk in (
        client.connected[:1] if waits and doing(client.run, "reply_in_pieces") else ()
    ):
        lost = b"Goodbye!\n" in talk.received and "Goodbye!" not in client.printed
        for got in [call for call in talk.receives if b"Very well" in call.data]:
            if lost:
                yield got.end, {"got": got}


@mistake()
def leaves_a_line_behind(server: Participant) -> Evidence:
    """Three lines came in two pieces. Your server answered {times} of them, and went to
    recv() on line {met.line} with a whole line still in hand. It never looked at that
    one.
    Ask: Before your program waits for more bytes: what should it look at first?"""
    for talk in visits(server, "dribble_a_line")[1:2]:
        lost = HURRIED[2] not in server.printed
        times = len(answers(talk))
        for met in talk.ends_of_file[:1] if lost and 0 < times < len(HURRIED) else ():
            yield met.start, {"times": times, "met": met}


# -- a line that has no end ----------------------------------------------------------


@mistake()
def takes_half_a_line_for_a_message(server: Participant) -> Evidence:
    """A client sent “half a li” and hung up. At end of file, on line {met.line}, your
    server took these bytes for a message and showed them. Half an order can say
    something else than the whole.
    Ask: What does end of file say about a line that has no end yet?"""
    for talk in visits(server, "leave_in_mid_line")[:1]:
        for met in talk.ends_of_file[:1] if "half a li\n" in server.printed else ():
            yield met.end, {"met": met}


@mistake()
def takes_half_a_reply_for_the_reply(client: Participant) -> Evidence:
    """The server sent “Mess” and was gone. At end of file your client took these four
    letters for the reply and showed them.
    Ask: What does end of file say about a line that has no end yet?"""
    if doing(client.run, "reply_in_pieces") and "Mess" in client.printed:
        yield client.event_with("Mess"), {}


@mistake()
def keeps_bytes_for_the_next_client(server: Participant) -> Evidence:
    """A client said “Is anybody there?”, and your server shows “{shown}”. The
    beginning, “{rest}”, is from clients who left before, in the middle of a line.
    Ask: Which line makes the place in which your server keeps bytes, and how often is
    that line run?"""
    pattern = rf"Client: (((?:half a li|cut o)+){re.escape(WHOLE)})"
    for found in re.finditer(pattern, server.printed):
        yield server.event_with(found[0]), {"shown": found[1], "rest": found[2]}


@mistake()
def cuts_a_long_line_into_messages(server: Participant) -> Evidence:
    """A client sent one line that is too long. Your server took what had come of it for
    a message and answered it, on line {answer.line}. The client never said that: where
    your limit falls is chance to it.
    Ask: What is known about a line whose end has not come, and what should become of
    the connection?"""
    for talk in visits(server, "send_without_end")[:1]:
        for answer in answers(talk)[:1]:
            printed = server.printed_between(talk.began, answer.end)
            if re.search("Client: x{9}", printed):
                yield answer.start, {"answer": answer}


@mistake()
def has_no_limit(server: Participant) -> Evidence:
    """A client sent 200,000 bytes without a line end, and your server took in all of
    them. The lesson stops at 65536: a server that goes on can fill the computer's
    memory.
    Ask: Where could your server look at the length before the line end has come?"""
    for talk in visits(server, "send_without_end")[:1]:
        for last in talk.ends_of_file[:1] if size_read(talk) >= ENDLESS else ():
            if not refuses_before_the_end(talk):
                yield last.start, {}


@mistake()
def ends_with_a_long_line(server: Participant) -> Evidence:
    """A client sent a line that is too long. {how}, and that was the end of the whole
    program. One bad client ends the chat for everybody.
    Ask: What should end here, and what should go on?"""
    crash = server.crash
    ended = server.wait is None and server.program.status is not None
    for talk in visits(server, "send_without_end")[:1] if ended else ():
        if talk.ends_of_file:
            continue
        if crash is None:
            yield None, {"how": "Your server refused it"}
        elif server.code(crash.line).startswith("raise "):
            how = f"The exception of line {crash.line} was caught by nobody"
            yield crash.event, {"how": how}


@mistake()
def refuses_a_line_that_fits(server: Participant) -> Evidence:
    """A client sent a line of 3,000 letters and got no reply: your server had read
    {size:,} bytes, and hung up. It {server.ending}.
    Ask: Which limit does the lesson state, and with what does your program compare?"""
    taken = visits(server, "dribble_a_line")
    frames = taken and whole_lines(taken[0].sent) == 1
    for talk in taken[2:3] if frames else ():
        if talk.closed and not talk.ends_of_file and not talk.sent:
            yield talk.calls[-1].start, {"size": size_read(talk)}


# -- what several of them ask --------------------------------------------------------


def answers(talk: Conversation) -> list[Call]:
    return [call for call in talk.sends if call.data]


def whole_lines(data: bytes) -> int:
    """How many whole lines these are; 0 if something else is among them."""
    return data.count(b"\n") if data.endswith(b"\n") else 0


def size_read(talk: Conversation) -> int:
    """Bytes that a program has taken out of a connection.

    A call may have taken more than the recording holds of it.
    """
    return sum(call.size for call in talk.receives)


def gives_a_reason(printed: str) -> bool:
    """Whether it printed more than it does for every client."""
    usual = r"(Connected|Client (dis)?connected|disconnected).*|Client: .*"
    return re.search(r"\w{3,} \w+", re.sub(usual, "", printed)) is not None


def refuses_before_the_end(flood: Conversation) -> bool:
    """Whether a server gave a reason before it read on to end of file."""
    ends, server = flood.ends_of_file, flood.participant
    return bool(ends) and gives_a_reason(
        server.printed_between(flood.began + 1, ends[0].start)
    )


def _somebody_waits_for_a_newline(run: Run) -> bool:
    """Whether a program has something, and stands in recv() for its line end, or met
    the end of file there."""
    return any(
        talk.received and not talk.received.endswith(b"\n")
        for each in run.participants
        for talk in (each.accepted + each.connected)[-1:]
        if (each.wait is not None and role_of(each.wait.call) == RECEIVES)
        or (each.role == "client" and talk.lost)
    )
