"""What lesson 06 asks for: a line is one message, however its bytes arrive."""

import re

from lessons.course import talking
from lessons.course.checking import Scenario, Specification
from lessons.course.conversation import (
    Conversation,
    accepted,
    actors,
    connected,
    event_with,
    line_typed,
    next_keyboard,
    shown,
)
from lessons.course.run import RECEIVES, SENDS, Actor, Call, NotYet, Run

lesson = Specification("server.py", "client.py")

FIRST, SECOND, THIRD = "Hello Server!", "How are you?", "Are you well?"
CHAT = Scenario(("server.py", "client.py"), typed={"client.py": [FIRST, "exit"]})
PIECES = Scenario(("server.py", "pieces.py"))
HALVES = Scenario(("server.py", "halves.py"))
ENDLESS = Scenario(("server.py", "endless.py"))
REPLIES = Scenario(
    ("liner.py", "client.py", "client.py"),
    typed={"client.py": [FIRST, SECOND, THIRD, "exit"]},
)

CHAT_SHOWS = """\
Enter message (type 'exit' to disconnect): Hello Server!
Server: Message received
Enter message (type 'exit' to disconnect): exit
Server: Goodbye!
Connection closed.
"""
CAFE, HURRIED = "café", ("Grüße", "How are you?", "How do I exit?")
LONG = 3000
"""Letters of the long line, and of the long reply."""
ENDLESS_LINE = 200_000
"""Bytes of the line that is beyond every limit."""
WHOLE = "Is anybody there?"


@lesson.check(
    "the chat looks as it did before",
    CHAT,
    "Two programs have to agree on where a message ends. Do both of yours keep to "
    "the agreement?",
    "Look at every place where a program sends: the message, the reply, the "
    "goodbye. Then at every place where one waits for the end of something.",
    'A line ends with b"\\n". What is sent gets one, and what is received is '
    "compared and shown without it.",
    'A telegram that says where a sentence ends: wire.sendall(b"ARRIVING '
    'MONDAY STOP"), and the reader leaves out the STOP.',
)
def the_chat_is_the_same(run: Run) -> NotYet | None:
    server, client = run.server, run.client
    if not connected(client):
        return NotYet(
            f"Your client reached no server: your server {server.ending}, and your "
            f"client {client.ending}.",
            "Which of the two should be there first?",
        )
    if client.terminal != CHAT_SHOWS:
        wanted, got = CHAT_SHOWS.splitlines(), client.terminal.splitlines()
        line = next((w for w, g in zip(wanted, got, strict=False) if w != g), None)
        line = line or wanted[min(len(got), len(wanted) - 1)]
        return NotYet(
            f"“{FIRST}” and “exit” were typed, and your client's terminal does not "
            f"show “{line}” where it should. At the end your client {client.ending}, "
            f"and your server {server.ending}.",
            "What should each of the two programs be doing at that moment?",
        )
    if server.wait is not None or f"Client: {FIRST}\nClient: exit\n" not in (
        server.printed
    ):
        return NotYet(
            f"“{FIRST}” and “exit” were typed. Your server shows "
            f"{shown(server.printed.strip().encode())}; at the end it {server.ending}.",
            "Does your server see the messages as they were typed, letter by letter?",
        )
    return None


@lesson.check(
    "a line that comes one byte at a time is one message",
    PIECES,
    "recv() has returned something. How can your server know whether this is a "
    "whole message?",
    "Look at what talk() does with the bytes from recv(), and where bytes could be "
    "kept that are not a whole line yet.",
    'b"\\n" in data says whether a line end is there. += puts bytes behind those that '
    "were kept, and a whole line is decoded, never a piece.",
    "Letters that are drawn from a bag, until a word is complete: while "
    'b"." not in word: word += bag.recv(8).',
)
def bytes_make_a_line(run: Run) -> NotYet | None:
    spoken = _visits(run, "pieces.py")
    if isinstance(spoken, NotYet):
        return spoken
    got, server = spoken[0].received, run.server
    if _lines(got) == 1 and f"Client: {CAFE}\n" in server.printed:
        return None
    return NotYet(
        f"A client sent the line “{CAFE}”, one byte at a time. Your server answered "
        f"{shown(got) if got else 'nothing'}, and shows {_said(server, 0)}. It "
        f"{server.ending}.",
        "When is this message complete, and how does your server find that out?",
        spoken[0].began,
    )


@lesson.check(
    "several lines that come in one piece are several messages",
    PIECES,
    "What may stand behind the end of a line, in the same piece?",
    "Look at the bytes that your server holds when it has found a line end: which "
    "of them belong to this message, and where do the others go?",
    'partition(b"\\n") returns what is before the first line end, the line end '
    "itself, and the rest.",
    'A day\'s letters that are one sheet: today, _, later = sheet.partition(b"|"). '
    "A function can return both: return today, later.",
)
def several_lines_are_several_messages(run: Run) -> NotYet | None:
    spoken = _visits(run, "pieces.py")
    if isinstance(spoken, NotYet):
        return spoken
    server = run.server
    if len(spoken) < 2:
        return _not_served(run, "one byte at a time")
    got = spoken[1].received
    shows = all(f"Client: {line}\n" in server.printed for line in HURRIED)
    if _lines(got) == len(HURRIED) and shows:
        return None
    return NotYet(
        f"A client sent three lines in two pieces. Your server sent {_lines(got)} "
        f"lines of replies, {shown(got) if got else 'nothing'}, and shows "
        f"{_said(server, 1)}.",
        "How many line ends were in the first piece, and what did your server do "
        "with what stood behind them?",
        spoken[1].began,
    )


@lesson.check(
    "a line longer than one recv() is one message",
    PIECES,
    "A line of 3,000 letters fits into no recv(1024). What should your server do "
    "after the first piece of it?",
    "Look at the place where a piece comes without a line end: is it kept, and is "
    "recv() called again?",
    "A loop repeats recv() for as long as there is no line end in what was kept.",
    "A parcel that comes in several deliveries: while not parcel.complete(): "
    "parcel.add(next_delivery()).",
)
def a_long_line_is_one_message(run: Run) -> NotYet | None:
    spoken = _visits(run, "pieces.py")
    if isinstance(spoken, NotYet):
        return spoken
    if len(spoken) < 3:
        return _not_served(run, "several lines in one piece")
    got = spoken[2].received
    if _lines(got) == 1 and f"Client: {'x' * LONG}\n" in run.server.printed:
        return None
    return NotYet(
        f"A client sent one line of {LONG:,} letters. Your server sent {_lines(got)} "
        f"lines of replies, and it {run.server.ending}.",
        "What did your server do with the first 1,024 bytes, while the rest was "
        "still under way?",
        spoken[2].began,
    )


@lesson.check(
    "half a line is no message, and the next client begins with nothing",
    HALVES,
    "The client has gone in the middle of a line. Is what came of it a message?",
    "Look at what happens to the kept bytes at end of file, and for how many "
    "clients the same place keeps them.",
    'recv() returns b"" at end of file. Bytes that are kept belong to one '
    "connection: they begin and end with it.",
    'A clerk takes a new sheet for each visitor: sheet = "", inside the loop over '
    "visitors.",
)
def half_a_line_is_no_message(run: Run) -> NotYet | None:
    spoken = _visits(run, "halves.py")
    if isinstance(spoken, NotYet):
        return spoken
    server = run.server
    if spoken[0].received or "half a li\n" in server.printed:
        return NotYet(
            "A client sent half of a line and hung up. Your server took the half for "
            f"a message: it shows {_said(server, 0)}.",
            "Which byte says that a line is whole, and was it there?",
            spoken[0].began,
        )
    if len(spoken) < 3 or not spoken[2].received:
        return NotYet(
            "Two clients left in the middle of a line, and the second broke its "
            f"connection off. The next one got no answer: your server {server.ending}.",
            "Where should your server be when a client has gone?",
            spoken[-1].began,
        )
    if f"Client: {WHOLE}\n" not in server.printed:
        return NotYet(
            f"After two clients who left in the middle of a line, one said “{WHOLE}”. "
            f"Your server shows {_said(server, 2)}.",
            "Whose bytes are in this message?",
            spoken[2].began,
        )
    return None


@lesson.check(
    "a line without an end is refused, and the next client is served",
    ENDLESS,
    "A client sends and sends, and no line end comes. How much of it will your "
    "server keep?",
    "Look at the loop that waits for the rest of a line: what else could end it, and "
    "what should your terminal say then?",
    "len() of what was kept says how much there is. raise leaves a function with a "
    "reason, and the place that catches it can print it, and tell the client.",
    'A guest book with a last page: if len(entry) > PAGE: raise ValueError("an '
    'entry longer than a page").',
)
def an_endless_line_is_refused(run: Run) -> NotYet | None:
    spoken = _visits(run, "endless.py")
    if isinstance(spoken, NotYet):
        return spoken
    server, taken = run.server, accepted(run.server)
    flood = taken[0]
    over = flood.closed is not None and not flood.ends_of_file
    drained = _refuses_before_the_end(flood) and not re.search("x{9}", server.printed)
    # The client meets a connection broken off when bytes are left unread.
    if not spoken[0].broken and not over and not drained:
        return NotYet(
            f"A client sent {ENDLESS_LINE:,} bytes and no line end, and your server "
            f"did not hang up on it: at the end it {server.ending}.",
            "At how many bytes should your server give up on this line?",
            flood.began,
        )
    if len(spoken) < 2 or not spoken[1].received:
        return NotYet(
            "A client sent a line that was too long, and the next one got no answer: "
            f"your server {server.ending}.",
            "Which conversation should be over, and which loop should go on?",
            spoken[0].began,
        )
    until = taken[1].began if len(taken) > 1 else None
    if not _gives_a_reason(server.printed_between(flood.began + 1, until)):
        return NotYet(
            "A client sent a line that does not end, and your server hung up on it. "
            "Its terminal does not say why.",
            "What would you like to read in the server's terminal at this moment?",
            flood.closed.start if flood.closed else flood.began,
        )
    return None


@lesson.check(
    "your client shows a reply when all of it has come",
    REPLIES,
    "The server's reply is a line, too. How does your client know that it has all "
    "of it?",
    "Look at what your client does between recv() and the line that shows the reply.",
    "The client needs what the server has: bytes that are kept, and a loop that "
    "ends when a line end is there.",
    "Somebody who writes a number down digit by digit and reads it out only when "
    "the other has said “over”.",
)
def a_reply_is_shown_when_whole(run: Run) -> NotYet | None:
    refused = _client_talks(run)
    if isinstance(refused, NotYet):
        return refused
    client = run.actors[1]
    for typed, reply, how in (
        (FIRST, "Grüße", "one byte at a time"),
        (SECOND, "x" * LONG, f"as a line of {LONG:,} letters"),
    ):
        shows = _shown_after(client, typed)
        if shows is None:
            return NotYet(
                f"Your client did not come to the message “{typed}”: it "
                f"{client.ending}.",
                "What does it wait for, and has that come already?",
            )
        if f"Server: {reply}\n" not in shows:
            return NotYet(
                f"To “{typed}” the server replied {how}. Your client shows "
                f"{_short(shows)}.",
                "How much of the reply was there when your client showed it?",
                _first_of_reply(client, typed),
            )
    return None


@lesson.check(
    "your client keeps what came early for the next reply",
    REPLIES,
    "Two replies can come in one piece. Which of them belongs to which message?",
    "Look at where your client keeps bytes: does that place live as long as the "
    "connection, or only as long as one reply?",
    "What is kept has to be made before the loop over messages, and it is searched "
    "for a line end before recv() is called.",
    "Two cards came in one envelope: read the first now, and look into the envelope "
    "before you go to the letter box again.",
)
def what_came_early_is_kept(run: Run) -> NotYet | None:
    refused = _client_talks(run)
    if isinstance(refused, NotYet):
        return refused
    client = run.actors[1]
    for typed, reply in ((THIRD, "Very well"), ("exit", "Goodbye!")):
        shows = _shown_after(client, typed)
        if shows is None or f"Server: {reply}\n" not in shows:
            return NotYet(
                "The server sent two lines in one piece, “Very well” and “Goodbye!”. "
                f"After “{typed}” your client shows {_short(shows or '')}, and it "
                f"{client.ending}.",
                "Where is the second line, once the first has been shown?",
                _first_of_reply(client, THIRD),
            )
    return None


@lesson.check(
    "half a reply is not shown",
    REPLIES,
    "The server has gone in the middle of its reply. What should your client show?",
    "Look at what the function that receives returns at end of file, and what is done "
    "with that where it is called.",
    "None is no text: return None, and ask `is None` where it is called.",
    "A telephone that goes dead in the middle of a word: nobody writes the half "
    "word down as an answer.",
)
def half_a_reply_is_not_shown(run: Run) -> NotYet | None:
    refused = _client_talks(run)
    if isinstance(refused, NotYet):
        return refused
    client = run.actors[2]
    if not connected(client):
        return NotYet(
            f"Your client was started again and reached no server: it {client.ending}.",
            "Did the first conversation come to its end?",
        )
    if "Mess" in client.printed:
        return NotYet(
            "The server sent four letters of a reply, “Mess”, and was gone. Your "
            f"client shows {_short(_shown_after(client, FIRST) or client.printed)}.",
            "Which byte says that a reply is whole, and was it there?",
            event_with(client, "Mess"),
        )
    if client.wait is not None or line_typed(client, SECOND) is not None:
        goes_on = (
            f"shows {_short(_shown_after(client, FIRST) or '')}, and asks for the next "
            "message"
        )
        return NotYet(
            "The server was gone in the middle of its reply. Your client "
            f"{client.ending if client.wait else goes_on}.",
            "What should your client do when no reply can come any more?",
        )
    return None


# -- known mistakes ----------------------------------------------------------

# Those of all lessons in which programs talk, told in `course/talking.py`.
for mistake in (
    talking.talks_on_the_listener,
    talking.overlooks_end_of_file,
    talking.both_wait_in_recv,
):
    lesson.mistake(mistake)


@lesson.mistake
def speaks_in_lengths(run: Run) -> NotYet | None:
    if "pieces.py" not in run:
        return None
    server = run.server
    for conversation in accepted(server)[:1]:
        header = next(iter(conversation.of(*RECEIVES)), None)
        if header is None or conversation.sent or not header.data:
            continue
        if not re.search(r"from_bytes|unpack", server.program.source):
            continue
        return NotYet(
            f"A client sent the line “{CAFE}”. Your server takes the first bytes of "
            f"it, on line {header.line}, for a length. That is framing, too. But both "
            "sides have to agree, and the clients here end a message with a newline, "
            "as the lesson asks.",
            "What would have to change in your two functions, and what could stay?",
            header.end,
        )
    return None


@lesson.mistake
def takes_each_piece_for_a_message(run: Run) -> NotYet | None:
    if "pieces.py" in run:
        for conversation in accepted(run.server)[:1]:
            sent = [call for call in conversation.of(*SENDS) if call.data]
            if len(sent) > 1 and not run.server.crash:
                return NotYet(
                    f"A client sent the line “{CAFE}”, one byte at a time. Your "
                    f"server answered {len(sent)} times: it took what each recv() "
                    "brought for a message.",
                    "Which byte says that the message is complete?",
                    sent[0].start,
                )
    if "liner.py" in run:
        asked = _asks_too_early(run.actors[1])
        if asked is not None:
            return NotYet(
                "The server sent one reply, the line “Grüße”, one byte at a time. "
                f"Your client had {shown(asked[1])} of it, showed that as the reply, "
                f"and asked for the next message on line {asked[0].line}.",
                "Which byte says that the reply is complete?",
                asked[0].start,
            )
    return None


@lesson.mistake
def decodes_pieces(run: Run) -> NotYet | None:
    for who, actor in _ours(run):
        crash = actor.crash
        if crash is not None and "UnicodeDecodeError" in (crash.error or ""):
            return NotYet(
                f"Your {who} decodes on line {crash.line} what one recv() brought. "
                "That was half of a character: “é” travels as two bytes, and they "
                "came one after the other.",
                "At which point is it certain that no character is cut?",
                run.recording.events.index(crash),
            )
        for half in ("\\xc3", "\ufffd", "can't decode byte"):
            if half in actor.printed:
                shows = (
                    "a complaint of decode()"
                    if half.endswith("byte")
                    else f"{half} in place of a letter"
                )
                return NotYet(
                    f"Your {who} shows {shows}. It decodes what one recv() brought, "
                    "and that was half of a character: “é” and “ü” travel as two "
                    "bytes, which came one after the other.",
                    "At which point is it certain that no character is cut?",
                    event_with(actor, half),
                )
    return None


@lesson.mistake
def sends_no_newline(run: Run) -> NotYet | None:
    for who, actor in _ours(run):
        for conversation in accepted(actor) + connected(actor):
            sent = conversation.of(*SENDS)
            if not conversation.sent or conversation.sent.endswith(b"\n"):
                continue
            if not _somebody_waits_for_a_newline(run):
                continue
            other = "client" if who == "server" else "server"
            return NotYet(
                f"On line {sent[-1].line} your {who} sends {shown(sent[-1].data)}, and "
                f"no line end behind it. The {other} keeps that and waits in recv() "
                "for the rest of the line, which never comes.",
                "What ends a message now, and who has to send it?",
                sent[-1].start,
            )
    return None


@lesson.mistake
def keeps_the_newline(run: Run) -> NotYet | None:
    for who, actor in _ours(run):
        for conversation in accepted(actor) + connected(actor):
            lines = conversation.received.decode(errors="replace").splitlines()
            for line in lines:
                where = re.search(rf": ?{re.escape(line)}\n\n", actor.printed)
                if line and where:
                    return NotYet(
                        f"Your {who} shows {shown(line.encode())} with its line end: "
                        "an empty line follows. The line end is the mark between two "
                        "messages and no part of either."
                        + (
                            ' A message that still has it is never equal to "exit".'
                            if who == "server"
                            else ""
                        ),
                        "Where does your program cut the line off, before the mark or "
                        "behind it?",
                        event_with(actor, line),
                    )
    return None


@lesson.mistake
def waits_for_a_piece_that_ends_with_a_newline(run: Run) -> NotYet | None:
    if "pieces.py" not in run or len(accepted(run.server)) < 2:
        return None
    conversation = accepted(run.server)[1]
    sent = [call for call in conversation.of(*SENDS) if call.data]
    glued = f"{HURRIED[0]}\n{HURRIED[1]}\n{HURRIED[2]}"
    if len(sent) != 1 or glued not in run.server.printed:
        return None
    return NotYet(
        "A client sent three lines. Your server waited until what it had ended with a "
        "line end, took all three for one message, and answered once.",
        "Where else can a line end stand, other than at the end of what has come?",
        sent[0].start,
    )


@lesson.mistake
def throws_the_rest_away(run: Run) -> NotYet | None:
    if "pieces.py" in run and len(accepted(run.server)) > 1:
        conversation = accepted(run.server)[1]
        met = next(
            (c for c in conversation.of(*RECEIVES) if c.data.count(b"\n") > 1), None
        )
        answers = [call for call in conversation.of(*SENDS) if call.data]
        lost = f"Client: {HURRIED[1]}\n" not in run.server.printed
        if met and lost and 0 < len(answers) < len(HURRIED):
            return NotYet(
                f"On line {met.line} one recv() brought two lines, “{HURRIED[0]}” and "
                f"“{HURRIED[1]}”, and the beginning of a third. Your server answered "
                "the first. What stood behind it is gone.",
                "Where are the bytes behind the first line end, when the function that "
                "found it has returned?",
                met.end,
            )
    if "liner.py" in run:
        client = run.actors[1]
        for conversation in connected(client)[:1]:
            wait = client.wait
            if wait is None or "Goodbye!" in client.printed:
                continue
            if b"Goodbye!\n" not in conversation.received:
                continue
            got = [c for c in conversation.of(*RECEIVES) if b"Very well" in c.data]
            if wait.call in RECEIVES and got:
                return NotYet(
                    f"On line {got[0].line} one call took in two replies, “Very "
                    "well” and “Goodbye!”. Your client showed the first, and then "
                    f"waited in recv() on line {wait.line} for what it had already "
                    "had.",
                    "Where are the bytes behind the first line end, when the reply has "
                    "been shown, and which later line lets go of them?",
                    got[0].end,
                )
    return None


@lesson.mistake
def leaves_a_line_behind(run: Run) -> NotYet | None:
    if "pieces.py" not in run or len(accepted(run.server)) < 2:
        return None
    conversation = accepted(run.server)[1]
    answers = [call for call in conversation.of(*SENDS) if call.data]
    lost = f"Client: {HURRIED[2]}\n" not in run.server.printed
    if not lost or not conversation.ends_of_file:
        return None
    if not 0 < len(answers) < len(HURRIED):
        return None
    met = conversation.ends_of_file[0]
    return NotYet(
        f"Three lines came in two pieces. Your server answered {len(answers)} of "
        f"them, and went to recv() on line {met.line} with a whole line still in "
        "hand. It never looked at that one.",
        "Before your program waits for more bytes: what should it look at first?",
        met.start,
    )


@lesson.mistake
def takes_half_a_line_for_a_message(run: Run) -> NotYet | None:
    if "halves.py" in run and "half a li\n" in run.server.printed:
        for conversation in accepted(run.server)[:1]:
            ends = conversation.ends_of_file
            if not ends:
                continue
            return NotYet(
                "A client sent “half a li” and hung up. At end of file, on line "
                f"{ends[0].line}, your server took these bytes for a message and "
                "showed them. Half an order can say something else than the whole.",
                "What does end of file say about a line that has no end yet?",
                ends[0].end,
            )
    if "liner.py" in run and "Mess" in run.actors[2].printed:
        client = run.actors[2]
        return NotYet(
            "The server sent “Mess” and was gone. At end of file your client took "
            "these four letters for the reply and showed them.",
            "What does end of file say about a line that has no end yet?",
            event_with(client, "Mess"),
        )
    return None


@lesson.mistake
def keeps_bytes_for_the_next_client(run: Run) -> NotYet | None:
    if "halves.py" not in run:
        return None
    found = re.search(rf"Client: ((half a li|cut o)+){re.escape(WHOLE)}", (
        run.server.printed
    ))  # fmt: skip
    if found is None:
        return None
    return NotYet(
        f"A client said “{WHOLE}”, and your server shows “{found[0][8:]}”. The "
        f"beginning, “{found[1]}”, is from clients who left before, in the middle of "
        "a line.",
        "Which line makes the place in which your server keeps bytes, and how often is "
        "that line run?",
        event_with(run.server, found[0]),
    )


@lesson.mistake
def cuts_a_long_line_into_messages(run: Run) -> NotYet | None:
    if "endless.py" not in run:
        return None
    for conversation in accepted(run.server)[:1]:
        answers = [call for call in conversation.of(*SENDS) if call.data]
        if not answers or not re.search("Client: x{9}", run.server.printed):
            continue
        return NotYet(
            "A client sent one line that is too long. Your server took what had come "
            f"of it for a message and answered it, on line {answers[0].line}. The "
            "client never said that: where your limit falls is chance to it.",
            "What is known about a line whose end has not come, and what should "
            "become of the connection?",
            answers[0].start,
        )
    return None


@lesson.mistake
def has_no_limit(run: Run) -> NotYet | None:
    if "endless.py" not in run:
        return None
    for conversation in accepted(run.server)[:1]:
        if not conversation.ends_of_file or _read(conversation) < ENDLESS_LINE:
            continue
        last = conversation.ends_of_file[0]
        if _refuses_before_the_end(conversation):
            continue
        return NotYet(
            f"A client sent {ENDLESS_LINE:,} bytes without a line end, and your server "
            "kept every one of them. It would have gone on until the computer's "
            "memory is full: whoever can reach the port can do that.",
            "How long may a line be, and which line of your loop knows how long it is "
            "already?",
            last.start,
        )
    return None


@lesson.mistake
def ends_with_a_long_line(run: Run) -> NotYet | None:
    if "endless.py" not in run or run.server.wait is not None:
        return None
    flood = next(iter(accepted(run.server)), None)
    if flood is None or flood.ends_of_file or run.server.status is None:
        return None
    crash = run.server.crash
    if crash is not None and run.server.code(crash.line).startswith("raise "):
        how = f"The exception of line {crash.line} was caught by nobody"
    elif crash is None:
        how = "Your server refused it"
    else:
        return None
    return NotYet(
        f"A client sent a line that is too long. {how}, and that was the end of the "
        "whole program. One bad client ends the chat for everybody.",
        "Where in your server does one conversation end and the next begin, and what "
        "could be caught there?",
        run.recording.events.index(crash) if crash else None,
    )


@lesson.mistake
def refuses_a_line_that_fits(run: Run) -> NotYet | None:
    if "pieces.py" not in run or len(accepted(run.server)) < 3:
        return None
    first, _, conversation = accepted(run.server)[:3]
    if _lines(first.sent) != 1:
        return None
    if conversation.closed is None or conversation.ends_of_file or conversation.sent:
        return None
    return NotYet(
        f"A client sent a line of {LONG:,} letters and got no reply: your server had "
        f"read {_read(conversation):,} bytes, and hung up. It "
        f"{run.server.ending}.",
        "Which limit does the lesson state, and with what does your program compare?",
        conversation.calls[-1].start if conversation.calls else None,
    )


# -- what several of them ask ------------------------------------------------


def _ours(run: Run) -> list[tuple[str, Actor]]:
    """The learner's programs, the server first."""
    return [
        (who, actor)
        for who in ("server", "client")
        for actor in actors(run, f"{who}.py")
    ]


def _visits(run: Run, peer: str) -> list[Conversation] | NotYet:
    """The visits of a rough client, if your server took the first at all."""
    server, talks = run.server, connected(run[peer])
    if not talks:
        return NotYet(
            "A client tried to connect to 127.0.0.1:5555 and could not: your server "
            f"{server.ending}.",
            "Which calls open the port, and what keeps your server there?",
        )
    if not accepted(server):
        return NotYet(
            "A client is connected and waits to be taken out of the queue: your "
            f"server {server.ending}.",
            "Which call takes a client out of the queue?",
            talks[0].began,
        )
    return talks


def _client_talks(run: Run) -> NotYet | None:
    client = run.actors[1]
    talks = connected(client)
    if not talks:
        return NotYet(
            f"A server waits on port 5555, and your client did not connect: it "
            f"{client.ending}.",
            "Which call connects a client with its server?",
        )
    if not talks[0].sent:
        return NotYet(
            f"“{FIRST}” was typed, and your client sent nothing: it {client.ending}.",
            "Where does the text go that was typed?",
            talks[0].began,
        )
    return None


def _not_served(run: Run, how: str) -> NotYet:
    return NotYet(
        f"After the client that sent {how}, no other was served: your server "
        f"{run.server.ending}.",
        "Where should your server be when a client has hung up?",
    )


def _lines(data: bytes) -> int:
    """How many whole lines these are; 0 if something else is among them."""
    return data.count(b"\n") if data.endswith(b"\n") else 0


def _read(conversation: Conversation) -> int:
    """Bytes that a program has taken out of a connection."""
    events = conversation.actor.recording.events
    ends = [c.end for c in conversation.of(*RECEIVES) if c.end is not None]
    return sum(events[end].size or 0 for end in ends)


def _said(server: Actor, number: int) -> str:
    """What your server showed of its conversation of this number."""
    taken = accepted(server)
    if number >= len(taken):
        return "nothing"
    until = taken[number + 1].began if number + 1 < len(taken) else None
    lines = server.printed_between(taken[number].began, until).splitlines()
    return _short("\n".join(line for line in lines if not line.startswith("[INFO]")))


def _short(text: str) -> str:
    text = text.strip()
    if not text:
        return "nothing"
    return shown((text if len(text) <= 120 else f"{text[:100]} …").encode())


def _gives_a_reason(printed: str) -> bool:
    """Whether it printed more than it does for every client."""
    usual = r"(Connected|Client (dis)?connected|disconnected).*|Client: .*"
    return re.search(r"\w{3,} \w+", re.sub(usual, "", printed)) is not None


def _refuses_before_the_end(flood: Conversation) -> bool:
    """Whether a server gave a reason before it read on to end of file."""
    ends = flood.ends_of_file
    return bool(ends) and _gives_a_reason(
        flood.actor.printed_between(flood.began + 1, ends[0].start)
    )


def _shown_after(client: Actor, typed: str) -> str | None:
    """What the client showed after this line was typed, and before the next."""
    call = line_typed(client, typed)
    if call is None or call.end is None:
        return None
    following = next_keyboard(client, call)
    until = following.start if following else None
    return client.printed_between(call.end, until)


def _first_of_reply(client: Actor, typed: str) -> int | None:
    call = line_typed(client, typed)
    for conversation in connected(client)[:1]:
        for received in conversation.of(*RECEIVES):
            if call and received.start > call.start and received.data:
                return received.end
    return None


def _asks_too_early(client: Actor) -> tuple[Call, bytes] | None:
    """The call with which it asked again before the first reply was whole."""
    typed = line_typed(client, FIRST)
    following = next_keyboard(client, typed) if typed else None
    if following is None:
        return None
    for conversation in connected(client)[:1]:
        received = conversation.of(*RECEIVES)
        got = b"".join(c.data for c in received if c.start < following.start)
        if got and b"\n" not in got:
            return following, got
    return None


def _somebody_waits_for_a_newline(run: Run) -> bool:
    """Whether a program has something, and stands in recv() for its line end."""
    return any(
        actor.wait is not None
        and actor.wait.call in RECEIVES
        and any(
            c.received and b"\n" not in c.received[-1:]
            for c in (accepted(actor) + connected(actor))[-1:]
        )
        for actor in run.actors
    )
