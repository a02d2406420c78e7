"""What lesson 06 asks for: a line is one message, however its bytes arrive."""

from lessons.course.checking.evidence import NotYet, shown
from lessons.course.checking.mistakes import framing
from lessons.course.checking.mistakes.framing import (
    CAFE,
    HURRIED,
    LONG,
    keeps_bytes_for_the_next_client,
    takes_half_a_reply_for_the_reply,
)
from lessons.course.checking.run import Run
from lessons.course.checking.specification import Specification
from lessons.course.checking.steps.chatting import reaches_the_server
from lessons.course.checking.steps.framing import (
    ends_in_mid_reply,
    gives_up,
    goes_on,
    goes_on_and_says_why,
    hears,
    keeps_what_came_early,
    shows_whole,
    takes_no_half_line,
    talks,
)
from lessons.course.checking.steps.serving import takes

lesson = Specification("server.py", "client.py", mistakes=[framing])

FIRST, SECOND, THIRD = "Hello Server!", "How are you?", "Are you well?"
CHAT = lesson.scenario("server.py", "client.py", types=(FIRST, "exit"))
LINES = "visitor.py dribble_a_line hurry_lines send_a_long_line"
HALVES = "visitor.py leave_in_mid_line break_off_in_mid_line ask_in_a_line"
ENDLESS = "visitor.py send_without_end ask_in_a_line"
PIECES = lesson.scenario("server.py", LINES)
LEFT = lesson.scenario("server.py", HALVES)
FLOOD = lesson.scenario("server.py", ENDLESS)
REPLIES = lesson.scenario(
    "host.py reply_in_pieces leave_in_mid_reply",
    "client.py",
    "client.py",
    types=(FIRST, SECOND, THIRD, "exit"),
)

CHAT_SHOWS = """\
Enter message (type 'exit' to disconnect): Hello Server!
Server: Message received
Enter message (type 'exit' to disconnect): exit
Server: Goodbye!
Connection closed.
"""


def looks_as_before(run: Run) -> NotYet | None:
    """The client's terminal shows the chat, letter by letter."""
    wanted, got = CHAT_SHOWS.splitlines(), run.client.terminal.splitlines()
    if run.client.terminal == CHAT_SHOWS:
        return None
    line = next((w for w, g in zip(wanted, got, strict=False) if w != g), None)
    line = line or wanted[min(len(got), len(wanted) - 1)]
    return NotYet(
        f"“{FIRST}” and “exit” were typed, and your client's terminal does not show "
        f"“{line}” where it should. At the end your client {run.client.ending}, and "
        f"your server {run.server.ending}.",
        "What should each of the two programs be doing at that moment?",
    )


def hears_what_was_typed(run: Run) -> NotYet | None:
    server = run.server
    if server.wait is None and f"Client: {FIRST}\nClient: exit\n" in server.printed:
        return None
    return NotYet(
        f"“{FIRST}” and “exit” were typed. Your server shows "
        f"{shown(server.printed.strip().encode())}; at the end it {server.ending}.",
        "Does your server see the messages as they were typed, letter by letter?",
    )


CHAT.check(
    "the chat looks as it did before",
    [reaches_the_server, looks_as_before, hears_what_was_typed],
    question="Two programs have to agree on where a message ends. Do both of yours "
    "keep to the agreement?",
    where="Look at every place where a program sends: the message, the reply, the "
    "goodbye. Then at every place where one waits for the end of something.",
    call='A line ends with b"\\n". What is sent gets one, and what is received is '
    "compared and shown without it.",
    example='A telegram that says where a sentence ends: wire.sendall(b"ARRIVING '
    'MONDAY STOP"), and the reader leaves out the STOP.',
)

PIECES.check(
    "a line that comes one byte at a time is one message",
    [
        takes(LINES),
        hears(
            "dribble_a_line",
            (CAFE,),
            "When is this message complete, and how does your server find that out?",
        ),
    ],
    question="recv() has returned something. How can your server know whether this is "
    "a whole message?",
    where="Look at what talk() does with the bytes from recv(), and where bytes could "
    "be kept that are not a whole line yet.",
    call='b"\\n" in data says whether a line end is there. += puts bytes behind those '
    "that were kept, and a whole line is decoded, never a piece.",
    example='Letters that are drawn from a bag, until a word is complete: while b"." '
    "not in word: word += bag.recv(8).",
)

PIECES.check(
    "several lines that come in one piece are several messages",
    [
        takes(LINES),
        hears(
            "hurry_lines",
            HURRIED,
            "How many line ends were in the first piece, and what did your server do "
            "with what stood behind them?",
        ),
    ],
    question="What may stand behind the end of a line, in the same piece?",
    where="Look at the bytes that your server holds when it has found a line end: "
    "which of them belong to this message, and where do the others go?",
    call='partition(b"\\n") returns what is before the first line end, the line end '
    "itself, and the rest.",
    example="A day's letters that are one sheet: today, _, later = "
    'sheet.partition(b"|"). A function can return both: return today, later.',
)

PIECES.check(
    "a line longer than one recv() is one message",
    [
        takes(LINES),
        hears(
            "send_a_long_line",
            ("x" * LONG,),
            "What did your server do with the first 1,024 bytes, while the rest was "
            "still under way?",
        ),
    ],
    question="A line of 3,000 letters fits into no recv(1024). What should your server "
    "do after the first piece of it?",
    where="Look at the place where a piece comes without a line end: is it kept, and "
    "is recv() called again?",
    call="A loop repeats recv() for as long as there is no line end in what was kept.",
    example="A parcel that comes in several deliveries: while not parcel.complete(): "
    "parcel.add(next_delivery()).",
)

LEFT.check(
    "half a line is no message, and the next client begins with nothing",
    [takes(HALVES), takes_no_half_line, goes_on, keeps_bytes_for_the_next_client],
    question="The client has gone in the middle of a line. Is what came of it a "
    "message?",
    where="Look at what happens to the kept bytes at end of file, and for how many "
    "clients the same place keeps them.",
    call='recv() returns b"" at end of file. Bytes that are kept belong to one '
    "connection: they begin and end with it.",
    example='A clerk takes a new sheet for each visitor: sheet = "", inside the loop '
    "over visitors.",
)

FLOOD.check(
    "a line without an end is refused, and the next client is served",
    [takes(ENDLESS), gives_up, goes_on_and_says_why],
    question="A client sends and sends, and no line end comes. How much of it will "
    "your server keep?",
    where="Look at the loop that waits for the rest of a line: what else could end it, "
    "and what should your terminal say then?",
    call="len() of what was kept says how much there is. raise leaves a function with "
    "a reason, and the place that catches it can print it, and tell the client.",
    example='A guest book with a last page: if len(entry) > PAGE: raise ValueError("an '
    'entry longer than a page").',
)

REPLIES.check(
    "your client shows a reply when all of it has come",
    [
        talks,
        shows_whole(FIRST, "Grüße", "one byte at a time"),
        shows_whole(SECOND, "x" * LONG, f"as a line of {LONG:,} letters"),
    ],
    question="The server's reply is a line, too. How does your client know that it has "
    "all of it?",
    where="Look at what your client does between recv() and the line that shows the "
    "reply.",
    call="The client needs what the server has: bytes that are kept, and a loop that "
    "ends when a line end is there.",
    example="Somebody who writes a number down digit by digit and reads it out only "
    "when the other has said “over”.",
)

REPLIES.check(
    "your client keeps what came early for the next reply",
    [talks, keeps_what_came_early(THIRD, "exit")],
    question="Two replies can come in one piece. Which of them belongs to which "
    "message?",
    where="Look at where your client keeps bytes: does that place live as long as the "
    "connection, or only as long as one reply?",
    call="What is kept has to be made before the loop over messages, and it is "
    "searched for a line end before recv() is called.",
    example="Two cards came in one envelope: read the first now, and look into the "
    "envelope before you go to the letter box again.",
)

REPLIES.check(
    "half a reply is not shown",
    [talks, takes_half_a_reply_for_the_reply, ends_in_mid_reply],
    question="The server has gone in the middle of its reply. What should your client "
    "show?",
    where="Look at what the function that receives returns at end of file, and what is "
    "done with that where it is called.",
    call="None is no text: return None, and ask `is None` where it is called.",
    example="A telephone that goes dead in the middle of a word: nobody writes the "
    "half word down as an answer.",
)
