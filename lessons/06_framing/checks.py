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
    refuses_a_whole_line,
    sends_nothing_too_long,
    shows_whole,
    takes_no_endless_reply,
    takes_no_half_line,
    talks,
)
from lessons.course.checking.steps.serving import takes

lesson = Specification("server.py", "client.py", mistakes=[framing])

FIRST, SECOND, THIRD = "Hello Server!", "How are you?", "Are you well?"
CHAT = lesson.scenario("server.py", "client.py", types=(FIRST, "exit"))
LINES = "visitor.py dribble_a_line hurry_lines send_a_long_line send_an_empty_line"
HALVES = "visitor.py leave_in_mid_line break_off_in_mid_line ask_in_a_line"
ENDLESS = "visitor.py send_without_end send_too_long_a_line ask_in_a_line"
PIECES = lesson.scenario("server.py", LINES)
LEFT = lesson.scenario("server.py", HALVES)
FLOOD = lesson.scenario("server.py", ENDLESS, heavy=2)
REPLIES = lesson.scenario(
    "host.py reply_in_pieces leave_in_mid_reply",
    "client.py",
    "client.py",
    types=(FIRST, SECOND, THIRD, "exit"),
)
TOO_LONG = "ü" * 40_000
LIMITS = lesson.scenario(
    "host.py reply_without_end", "client.py", types=(TOO_LONG, "", FIRST)
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
        f"Where “{FIRST}” and “exit” are typed, your client's terminal does not show "
        f"“{line}” in its place. At the end your client {run.client.ending}, and "
        f"your server {run.server.ending}.",
        "What should each of the two programs be doing at that moment?",
    )


def hears_what_was_typed(run: Run) -> NotYet | None:
    server = run.server
    if server.wait is None and f"Client: {FIRST}\nClient: exit\n" in server.printed:
        return None
    return NotYet(
        f"Where “{FIRST}” and “exit” are typed, your server shows "
        f"{shown(server.printed.strip().encode())}; at the end it {server.ending}.",
        "Does your server see the messages as they were typed, letter by letter?",
    )


CHAT.check(
    "the chat looks as it did before",
    reaches_the_server,
    looks_as_before,
    hears_what_was_typed,
)

PIECES.check(
    "a line that comes one byte at a time is one message",
    takes(LINES),
    hears(
        "dribble_a_line",
        (CAFE,),
        "When is this message complete, and how does your server find that out?",
    ),
)

PIECES.check(
    "several lines that come in one piece are several messages",
    takes(LINES),
    hears(
        "hurry_lines",
        HURRIED,
        "How many line ends were in the first piece, and what did your server do "
        "with what stood behind them?",
    ),
)

PIECES.check(
    "a long line is one message, and so is an empty one",
    takes(LINES),
    hears(
        "send_a_long_line",
        ("x" * LONG,),
        "What did your server do with the first 1,024 bytes, while the rest was "
        "still under way?",
    ),
    hears(
        "send_an_empty_line",
        ("",),
        "How does your server tell a line without letters from end of file?",
    ),
)

LEFT.check(
    "half a line is no message, and the next client begins with nothing",
    takes(HALVES),
    takes_no_half_line,
    goes_on,
    keeps_bytes_for_the_next_client,
)

FLOOD.check(
    "a line without an end is refused, and the next client is served",
    takes(ENDLESS),
    gives_up,
    goes_on_and_says_why,
    refuses_a_whole_line,
)

REPLIES.check(
    "your client shows a reply when all of it has come",
    talks,
    shows_whole(FIRST, "Grüße", "one byte at a time"),
    shows_whole(SECOND, "x" * LONG, f"as a line of {LONG:,} letters"),
)

REPLIES.check(
    "your client keeps what came early for the next reply",
    talks,
    keeps_what_came_early(THIRD, "exit"),
)

REPLIES.check(
    "half a reply is not shown",
    talks,
    takes_half_a_reply_for_the_reply,
    ends_in_mid_reply,
)

LIMITS.check(
    "your client neither sends nor takes a line that is too long",
    reaches_the_server,
    sends_nothing_too_long,
    takes_no_endless_reply,
)
