"""What lesson 04 asks for: messages come back, whoever comes and whoever goes."""

import re

from lessons.course import talking
from lessons.course.checking import Scenario, Specification
from lessons.course.conversation import (
    Conversation,
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
from lessons.course.run import KEYBOARD, RECEIVES, SENDS, Actor, Call, NotYet, Run

lesson = Specification("server.py", "client.py")

FIRST, SECOND = "Hello Server!", "Grüße"
SERVED = Scenario(("server.py", "talker.py", "polite.py"))
TALK = Scenario(("server.py", "client.py"), typed={"client.py": [FIRST, SECOND, ""]})
ROUGH = Scenario(("server.py", "rough.py", "polite.py"))
GONE = Scenario(
    ("goner.py", "client.py", "client.py"), typed={"client.py": ["Anybody there?"]}
)
FORGED = "[INFO] Server shutting down."
"""What a rough client would have your server's terminal show."""
WAYS = ("closed the connection (end of file)", "broke the connection off")
"""How the server of `goner.py` leaves its two clients."""


@lesson.check(
    "your server shows a message and sends it back",
    SERVED,
    "A client is connected and says something. Where does your server listen to it, "
    "and where does it reply?",
    "Look at the block in which the connection is open: what happens there after "
    "the line that prints who has connected?",
    "recv() takes what has arrived, as bytes. decode() turns bytes into text for "
    "the terminal. sendall() sends bytes.",
    "Somebody who repeats what a guest says: heard = guest.recv(1024), then "
    "guest.sendall(heard).",
)
def sends_it_back(run: Run) -> NotYet | None:
    server = run.server
    spoken = _spoken(run)
    if isinstance(spoken, NotYet):
        return spoken
    exchange = spoken.exchanges[0]
    if exchange.got != FIRST.encode():
        return _another_answer(run, 0, exchange.got)
    if FIRST not in server.printed:
        return NotYet(
            f"Your server sends {shown(exchange.said)} back, and its own terminal "
            "does not show it.",
            "Which line prints what arrived, as text?",
            exchange.answered.end if exchange.answered else None,
        )
    return None


@lesson.check(
    "it answers a second message of the same client",
    SERVED,
    "The first message has come back. Which call should your server be in now, and "
    "on which socket?",
    "Look at which lines stand in a loop: what is done once for each client, and "
    "what once for each message?",
    "while True repeats a block. accept() belongs outside that block, recv() and "
    "sendall() inside it.",
    "A waiter greets a table once and comes back for each wish: table = greet(), "
    "then while True: wish = table.listen().",
)
def answers_again(run: Run) -> NotYet | None:
    spoken = _spoken(run)
    if isinstance(spoken, NotYet):
        return spoken
    exchanges = spoken.exchanges
    if len(exchanges) < 2 or exchanges[1].got != SECOND.encode():
        got = exchanges[1].got if len(exchanges) > 1 else b""
        return _another_answer(run, 1, got)
    if SECOND not in run.server.printed:
        return NotYet(
            f"Your server sends {shown(exchanges[1].said)} back, and its own "
            "terminal does not show it as text.",
            "Which method turns the bytes that arrived into text?",
            exchanges[1].answered.end if exchanges[1].answered else None,
        )
    return None


@lesson.check(
    "when the client has hung up, it hangs up too and serves the next",
    SERVED,
    "How does your server learn that nobody is there any more, and what should it "
    "do with its own end of the connection?",
    "Look at what recv() returns after the client has closed, and at what your "
    "loop does with that.",
    'recv() returns b"" at the end of file. return or break leaves a loop, and a '
    "`with` block closes its socket.",
    "A clerk who goes to the next counter when a letter box is empty for good: if "
    "not letter: break.",
)
def serves_the_next(run: Run) -> NotYet | None:
    server, conversations = run.server, accepted(run.server)
    hung_up = [c.closed for c in connected(run["talker.py"]) if c.closed]
    if not hung_up:
        return NotYet(
            f"The first client had not come to its end: your server {server.ending}.",
            "What does that client wait for?",
        )
    at = hung_up[0].end
    polite = connected(run["polite.py"])
    if not polite or not polite[0].received:
        return NotYet(
            "The first client hung up, and the next one got no answer: your server "
            f"{server.ending}.",
            "Which call should your server come back to when a conversation is over?",
            at,
        )
    if server.wait is None:
        return NotYet(
            f"After two clients your server {server.ending}.",
            "How many clients should your loop serve?",
        )
    if left_open(run, 5555):
        met = conversations[0].ends_of_file if conversations else []
        return NotYet(
            "A client hung up, and your server keeps its own end of the connection "
            "open: the operating system shows it in CLOSE_WAIT.",
            "Which line, or which block, closes the connection when a conversation "
            "is over?",
            met[0].end if met else at,
        )
    return None


@lesson.check(
    "your client sends what is typed and shows what comes back",
    TALK,
    "What has to happen between the line that is typed and the line that shows the "
    "reply?",
    "Look at the line that waits for the keyboard: where does the text go, and in "
    "which order do the steps follow?",
    "input() returns text. encode() makes bytes of it, sendall() sends them, recv() "
    "takes the reply, decode() makes text of that.",
    "Asking a parrot, again and again: parrot.sendall(word.encode()), then "
    "print(parrot.recv(1024).decode()).",
)
def shows_the_reply(run: Run) -> NotYet | None:
    client, talks = run.client, connected(run.client)
    if not talks:
        return NotYet(
            f"Your client reached nobody: it {client.ending}. Your server "
            f"{run.server.ending}.",
            "To which address and port does the client connect, and who listens there?",
        )
    for number, message in enumerate((FIRST, SECOND)):
        typed = line_typed(client, message)
        if typed is None:
            return _not_asked(run, number)
        after = next_keyboard(client, typed)
        until = after.start if after else None
        sent = b"".join(taken(c) for c in talks[0].of(*SENDS) if c.start > typed.start)
        if not sent.startswith(message.encode()):
            return _not_sent(run, typed, sent)
        came = _came_back(talks[0], message, typed)
        if came is None or message not in client.printed_between(came.end or 0):
            return _not_shown(run, talks[0], message, typed, until)
    if client.wait is not None or client.crash is not None:
        return NotYet(
            "The keyboard was at its end of file (Ctrl-D, or Ctrl-Z and Enter on "
            f"Windows), and your client did not end calmly: it {client.ending}.",
            "Which exception does input() raise there, and who catches it?",
        )
    return None


@lesson.check(
    "it does not send an empty line, and asks again",
    TALK,
    "How many bytes does an empty line have, and what would travel?",
    "Look at the place between input() and sendall(): does every text get from "
    "one to the other?",
    "while repeats as long as its condition is true, and an empty text counts as "
    "false.",
    'Asking for a name until there is one: while not name: name = input("Name: ").',
)
def asks_again(run: Run) -> NotYet | None:
    client, talks = run.client, connected(run.client)
    empty = line_typed(client, "")
    if empty is None or not talks:
        return NotYet(
            "Your client did not come as far as the empty line, the third that was "
            f"typed: it {client.ending}.",
            "What keeps it from asking for a third line?",
        )
    again = next_keyboard(client, empty)
    until = again.start if again else len(run.recording.events)
    sent = b"".join(
        taken(call) for call in talks[0].of(*SENDS) if empty.start < call.start < until
    )
    if sent:
        return NotYet(
            f"For the empty line your client sent {sent!r}. Its server takes that "
            "for a message.",
            "What should the person who types see instead?",
            empty.end,
        )
    if again is None:
        return NotYet(
            f"After the empty line your client did not ask again: it {client.ending}.",
            "Where should the program go from there?",
            empty.end,
        )
    return None


@lesson.check(
    "your server outlives clients that behave badly",
    ROUGH,
    "Which of the things that a stranger does can raise an exception in your server?",
    "Look at the calls that touch the connection, and at the line that makes text of "
    "bytes: what do they raise when a client breaks off, or sends no text?",
    "`except OSError` around the one call that uses the network, in a small function "
    'of its own. decode(errors="backslashreplace") shows bytes that are no text.',
    "A reader that treats a torn letter as the last one: try: return post.next(), "
    "except TornLetter: return None.",
)
def outlives_the_rough(run: Run) -> NotYet | None:
    polite = connected(run["polite.py"])
    if polite and polite[0].received:
        return None
    return NotYet(
        f"{talking.last_client(run)} After that the next client, which does nothing "
        f"wrong, got no answer: your server {run.server.ending}.",
        "What should your server do with a conversation that ends like this?",
        talking.last_event(run),
    )


@lesson.check(
    "your client says so when the server has gone",
    GONE,
    "The server can go away in two ways. What does recv() do in each of them?",
    "Look at the reply before it is shown: can it be empty, and what would that "
    "mean? Then look at which line could raise an exception, and who catches it.",
    'recv() returns b"" at end of file, and raises an OSError if the connection was '
    "broken off. A function that catches the second can return what the first does.",
    "A reader whose book has lost its last pages: except TornPage: return None. Who "
    'called it asks: if not page: sys.exit("The end is missing.").',
)
def says_that_it_has_gone(run: Run) -> NotYet | None:
    for client, way in zip(run.actors[1:], WAYS, strict=True):
        talks = connected(client)
        lost = _lost(talks[0]) if talks else None
        if lost is None:
            return NotYet(
                f"The server {way}, and your client did not notice: it "
                f"{client.ending}.",
                "Which call would tell your client?",
            )
        if client.crash is not None or client.wait is not None:
            return NotYet(
                f"The server {way}, and your client {client.ending}.",
                "How could your client end with one sentence instead?",
                lost.end,
            )
        if not _says_why(client, lost):
            return _without_a_word(client, lost, way)
        again = next_keyboard(client, lost)
        if again is not None:
            return NotYet(
                f"The server {way}, and your client asks for the next line all the "
                f"same, on line {again.line}.",
                "Who could still receive that line?",
                again.start,
            )
    return None


@lesson.check(
    "what a client sends cannot steer your server's terminal",
    ROUGH,
    "A message is text that a stranger chose. Which characters in it does your "
    "terminal show, and which does it obey?",
    "Look at the line that prints a message: does it get the text as it came?",
    "str.isprintable() is false for a text with what a terminal obeys, and repr() "
    "spells it out. The lesson has a function for it.",
    "A guest book in which every line break of a guest becomes a stroke: "
    'entry.replace("\\n", "/").',
)
def is_not_steered(run: Run) -> NotYet | None:
    if _steering(run) is not None:
        return obeys_control_characters(run)
    return NotYet(
        "A client sent a newline and an escape character in its message, and your "
        f"server did not receive them: it {run.server.ending}.",
        "Where should your server be when a client connects?",
    )


# -- known mistakes ----------------------------------------------------------

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
    talking.ends_with_its_first_client,
    talking.keeps_its_end_open,
    talking.dies_of_a_lost_connection,
    talking.ends_with_a_bad_client,
    talking.dies_of_bytes_that_are_no_text,
    talking.both_wait_in_recv,
    talking.sends_an_empty_line,
    talking.ends_at_an_empty_line,
    talking.asks_only_once,
    talking.does_not_wait_for_the_reply,
    talking.reads_a_few_bytes,
):
    lesson.mistake(mistake)


@lesson.mistake
def obeys_control_characters(run: Run) -> NotYet | None:
    steering = _steering(run)
    if steering is None:
        return None
    printed = _printed_of(run, steering)
    if FORGED in printed.splitlines():
        return NotYet(
            f"A client sent {_short(steering.received)}. Your server printed the "
            f"newline in it as it came, so its terminal shows “{FORGED}” as a line "
            "of its own. Nobody can see that the client wrote it.",
            "How could your terminal show that character as two, a backslash and an n?",
            event_with(run.server, FORGED),
        )
    if "\x1b" in printed:
        return NotYet(
            f"A client sent {_short(steering.received)}. Your server printed the "
            "escape character in it as it came, and a terminal obeys that: it wipes "
            "the line out.",
            "Which characters does a terminal obey, and how could it show them?",
            event_with(run.server, "\x1b"),
        )
    return None


@lesson.mistake
def shows_bytes(run: Run) -> NotYet | None:
    clients = actors(run, "talker.py") + actors(run, "client.py")
    if any(SECOND.encode() in c.received for a in clients for c in connected(a)):
        return talking.shows_bytes(run)
    return None


@lesson.mistake
def takes_end_of_file_for_a_reply(run: Run) -> NotYet | None:
    if "goner.py" not in run:
        return None
    client = run.actors[1]
    talks = connected(client)
    met = talks[0].ends_of_file if talks else []
    if not met:
        return None
    went_on = [c for c in client.calls(*KEYBOARD) if c.start > met[0].start]
    if not went_on and len(met) < 2:
        return None
    then = (
        f"asks for the next line, on line {went_on[0].line}" if went_on else "reads on"
    )
    return NotYet(
        f'The server has hung up: recv() on line {met[0].line} said b"", end of file. '
        f"Your client takes that for a reply of no letters, shows it, and {then}.",
        'What does b"" from recv() mean, and how should your client treat it?',
        met[0].end,
    )


@lesson.mistake
def stops_with_a_traceback(run: Run) -> NotYet | None:
    if "goner.py" not in run:
        return None
    for client in run.actors[1:]:
        crash, talks = client.crash, connected(client)
        lost = _lost(talks[0]) if talks else None
        if crash is None or lost is None or "Error" not in (crash.error or ""):
            continue
        if not re.match(r"(Connection\w*|BrokenPipe)Error", crash.error or ""):
            continue
        return NotYet(
            f"The server {WAYS[0] if lost.worked else WAYS[1]}, "
            f"which your client met in {lost.name}() on line {lost.line}. "
            "Nobody caught the exception, so the terminal shows a traceback that "
            f"ends with {crash.error}.",
            "Which exception would you catch, where, and what should a person who "
            "chats read instead?",
            run.recording.events.index(crash),
        )
    return None


@lesson.mistake
def goes_without_a_word(run: Run) -> NotYet | None:
    if "goner.py" not in run:
        return None
    for client, way in zip(run.actors[1:], WAYS, strict=True):
        talks = connected(client)
        lost = _lost(talks[0]) if talks else None
        if lost is None or client.wait or client.crash or _says_why(client, lost):
            continue
        return _without_a_word(client, lost, way)
    return None


# -- what several of them ask ------------------------------------------------


def _spoken(run: Run) -> Conversation | NotYet:
    """The first client's conversation, if your server took it at all."""
    server, talks = run.server, connected(run["talker.py"])
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
    if talks[0].exchanges:
        return talks[0]
    return NotYet(
        f"Your server hung up before the client could speak: it {server.ending}.",
        "What should your server wait for, before it closes the connection?",
        talks[0].began,
    )


def _another_answer(run: Run, number: int, got: bytes) -> NotYet:
    """An account of an answer that is missing, or is not an echo."""
    message = (FIRST, SECOND)[number]
    server = run.server
    conversation = accepted(server)[0]
    if got:
        return NotYet(
            f"The client said {shown(message.encode())}, and your server sent back "
            f"{shown(got)}.",
            "An echo sends the bytes back as they came. What happens to them on the "
            "way through your server?",
            conversation.of(*SENDS)[-1].start if conversation.of(*SENDS) else None,
        )
    if message.encode() in conversation.received:
        heard = conversation.heard
        return NotYet(
            f"Your server received {shown(message.encode())} and sent nothing back: "
            f"it {server.ending}.",
            "Which call sends bytes, and is it reached?",
            heard.end if heard else None,
        )
    closed = conversation.closed
    if closed is not None:
        return NotYet(
            "Your server took the client out of the queue, and at line "
            f"{closed.line} the connection was closed. The client's message, "
            f"{shown(message.encode())}, was not read.",
            "Which call takes what the client has sent, and where does it belong?",
            closed.start,
        )
    return NotYet(
        f"The client said {shown(message.encode())} and got no answer: your server "
        f"{server.ending}.",
        "Which call should your server be in now?",
    )


def _steering(run: Run) -> Conversation | None:
    """The conversation in which your server was sent control characters."""
    if "rough.py" not in run:
        return None
    talks = accepted(run.server)
    return next((talk for talk in talks if b"\x1b" in talk.received), None)


def _printed_of(run: Run, talk: Conversation) -> str:
    """What the server printed from this conversation's beginning to the next's."""
    later = [t.began for t in accepted(run.server) if t.began > talk.began]
    return run.server.printed_between(talk.began, min(later, default=None))


def _short(data: bytes) -> str:
    return repr(data.decode(errors="replace"))


def _came_back(talk: Conversation, message: str, typed: Call) -> Call | None:
    """The call with which all of the reply had been received."""
    got = b""
    for call in talk.of(*RECEIVES):
        if call.start > typed.start:
            got += call.data
            if message.encode() in got:
                return call
    return None


def _not_asked(run: Run, number: int) -> NotYet:
    client = run.client
    return NotYet(
        f"Your client is connected and {'never asked' if not number else 'did not ask'}"
        f" for {'a line' if not number else 'a second line'}: it {client.ending}.",
        "Which call reads a line from the keyboard, and how often should it be "
        "reached?",
    )


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


def _not_shown(
    run: Run, talk: Conversation, message: str, typed: Call, until: int | None
) -> NotYet:
    got = [c for c in talk.of(*RECEIVES) if c.start > typed.start and c.data]
    said = run.client.printed_between(typed.end or 0, until).strip()
    if not got:
        return NotYet(
            f"Your client sent “{message}” and got no reply: it {run.client.ending}. "
            f"Your server {run.server.ending}.",
            "Who should have spoken, and in which call did that program stand?",
            typed.end,
        )
    return NotYet(
        f"The reply to “{message}” was {shown(got[0].data)}, which your client "
        f"received on line {got[0].line}. Its terminal shows "
        f"{f'“{said.splitlines()[0]}”' if said else 'nothing of it'}.",
        "Which line should show the reply, as text?",
        got[0].end,
    )


def _lost(conversation: Conversation) -> Call | None:
    """The call in which a client met the end of its connection."""
    return conversation.broken or next(iter(conversation.ends_of_file), None)


def _says_why(client: Actor, lost: Call) -> bool:
    """Whether it printed more, after that, than it always prints."""
    at = lost.end or 0
    said = client.printed_between(at) + _complained_after(client, at)
    for usual in (r"Connection closed\.?", r"Server:\s*"):
        said = re.sub(usual, "", said, count=1)
    return re.search(r"\w{2,}", said) is not None


def _complained_after(client: Actor, at: int) -> str:
    return "".join(
        event.text or ""
        for event in client.recording.events[at:]
        if event.program == client.index and event.stream == "stderr"
    )


def _without_a_word(client: Actor, lost: Call, way: str) -> NotYet:
    return NotYet(
        f"The server {way}, which your client met in {lost.name}() on line "
        f"{lost.line}. Then it {client.ending} and did not say why.",
        "What should somebody who chats read at that moment?",
        lost.end,
    )
