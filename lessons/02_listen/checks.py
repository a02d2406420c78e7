"""What lesson 02 asks for: clients can queue, and the server ends calmly."""

import ast
import re

from lessons.course.checking import Scenario, Specification
from lessons.course.run import KEYBOARD, Actor, Call, NotYet, Run, quoted

lesson = Specification("server.py")

KNOCK = Scenario(("server.py", "knock.py"), typed={"server.py": [""]})
KEYBOARD_ENDS = Scenario(("server.py",))

PLACE = ("127.0.0.1", 5555)
OLD = re.compile(r"owns? 127\.0\.0\.1:5555")
PROMPT = re.compile(r"press|enter|stop", re.I)


@lesson.check(
    "a client is connected, although nobody answers it",
    KNOCK,
    "The port is yours, and a client is refused all the same. What has your "
    "program not yet told the operating system?",
    "Look at the TODO. It stands between the line that claims the port and the "
    "line that prints.",
    "The call is listen(), a method of the socket that owns the port. It needs no "
    "argument.",
    "A café that has rented its room unlocks the door, and guests may queue "
    "before a waiter is there: cafe.listen().",
)
def client_is_connected(run: Run) -> NotYet | None:
    server, knock = run.server, run["knock.py"]
    if "connected" in knock.printed and listening(server) is not None:
        return None
    if not knock.started:
        return NotYet(
            "No client could connect yet, because your server never came to rest. "
            f"{run.recording.verdict.sentence}",
            "What should your server wait for?",
        )
    if not server.calls("listen"):
        bound = server.calls("bind")
        owned = f"owns its port since line {bound[-1].line}" if bound else "has no port"
        return NotYet(
            f"A client was refused: your server {owned} and never says that clients "
            "may connect there.",
            "Which call lets clients queue at a port?",
            _event(knock, "connect"),
        )
    elsewhere = _ever_listening(server)
    address = server.address(elsewhere.socket) if elsewhere else None
    if elsewhere and address and address[1] != 5555 and server.calls("bind"):
        return NotYet(
            f"A client tried to connect to 127.0.0.1:5555 and was refused. Your server "
            f"listens at {address[0]}:{address[1]}, since line {elsewhere.line}.",
            "Where does your program get the number of its port from?",
            elsewhere.end,
        )
    return NotYet(
        f"A client tried to connect to 127.0.0.1:5555 and did not get a connection. "
        f"Your server {server.ending}.",
        "Had your server called listen() when the client came?",
        _event(knock, "connect"),
    )


@lesson.check(
    "it says that it is listening, once it is",
    KNOCK,
    "How does somebody who looks at the terminal learn that clients are welcome?",
    "Look at the line that prints. Is its sentence still the one of lesson 01, "
    "and does it come after the new call?",
    "print() after listen(), with PORT in the sentence.",
    "A café turns its sign round when the door is open, not before: "
    'print(f"Open, table {number} is free").',
)
def says_so(run: Run) -> NotYet | None:
    listens = listening(run.server)
    if listens is None:
        return client_is_connected(run)
    said = _sayings(run.server.printed_between(listens.start, _first_enter(run)))
    if any(not OLD.search(line) for line in said):
        return None
    return NotYet(
        f"Your server has listened since line {listens.line}. After that its terminal "
        f"shows {quoted(said[0] if said else '')}.",
        "Which sentence tells that it is listening at port 5555?",
        listens.end,
    )


@lesson.check(
    "Enter ends it, and it says goodbye",
    KNOCK,
    "Your server waits, Enter is pressed. What should its terminal show last?",
    "Look at what comes after input(), and after the `with` block.",
    "input() waits for Enter. A print() behind the `with` block runs when the "
    "socket is closed.",
    'A café at the end of the day: the door is locked, then print("Closed. Good '
    'night").',
)
def enter_ends_it(run: Run) -> NotYet | None:
    server = run.server
    listens = listening(server)
    if listens is None:
        return client_is_connected(run)
    waits = [c for c in server.calls(*KEYBOARD) if c.start > listens.start]
    if not waits:
        return NotYet(
            f"Your server did not wait for Enter after listen(): it {server.ending}.",
            "Which call waits until somebody presses Enter?",
            listens.end,
        )
    if server.wait is not None or server.status != 0:
        return NotYet(
            f"Enter was pressed, and your server did not end calmly: it "
            f"{server.ending}.",
            "What should happen after input() has returned?",
            waits[0].end,
        )
    if not server.printed_between(waits[0].end or waits[0].start).strip():
        return NotYet(
            "Enter was pressed, and your server ended without a word.",
            "What could it print when its socket is closed?",
            waits[0].end,
        )
    return None


@lesson.check(
    "the end of the keyboard's input (Ctrl-D) ends it as calmly as Enter",
    KEYBOARD_ENDS,
    "What does input() do when nobody will ever type again?",
    "Look at the line with input(), and at what stands around it. The traceback's "
    "last line names the exception.",
    "`except (KeyboardInterrupt, EOFError)` catches what Ctrl-C raises and what "
    "the end of the input raises.",
    "A café closes when the bell rings, and also when the power is cut: "
    "`except (BellRang, PowerCut):` and then the same goodbye.",
)
def end_of_input_ends_it(run: Run) -> NotYet | None:
    server = run.server
    if not server.calls(*KEYBOARD):
        return NotYet(
            f"Your server did not read the keyboard: it {server.ending}.",
            "Which call waits until somebody presses Enter?",
        )
    if server.wait is None and server.status == 0:
        return None
    return NotYet(
        f"The keyboard's input came to its end while your server waited for Enter. "
        f"Then it {server.ending}.",
        "Which exception says that the input has ended?",
        server.calls(*KEYBOARD)[0].end,
    )


# -- known mistakes ----------------------------------------------------------


@lesson.mistake
def names_the_call_only(run: Run) -> NotYet | None:
    if run.server.calls("listen"):
        return None
    for each in ast.walk(ast.parse(run.server.program.source)):
        if (
            isinstance(each, ast.Expr)
            and isinstance(each.value, ast.Attribute)
            and each.value.attr == "listen"
        ):
            return NotYet(
                f"Line {each.lineno}, `{run.server.code(each.lineno)}`, names the "
                "method and does not call it: nothing happens there.",
                "What turns the name of a function into a call of it?",
            )
    return None


@lesson.mistake
def listens_before_it_has_a_port(run: Run) -> NotYet | None:
    server = run.server
    listens = [c for c in server.calls("listen") if c.worked]
    for bind in server.calls("bind"):
        early = [c for c in listens if c.socket == bind.socket and c.start < bind.start]
        if early and bind.error and "already in use" not in bind.error:
            return NotYet(
                f"Your server calls listen() on line {early[0].line}, before bind() on "
                f"line {bind.line}. The socket had no port then, so the operating "
                "system chose one, and a socket has no more than one.",
                "In which order do bind() and listen() belong?",
                early[0].start,
            )
    return None


@lesson.mistake
def listens_on_another_socket(run: Run) -> NotYet | None:
    server = run.server
    bound = [c for c in server.calls("bind") if c.worked]
    for listens in server.calls("listen"):
        if not bound or not listens.worked or listens.socket == bound[-1].socket:
            continue
        if any(listens.socket == call.socket for call in bound):
            continue
        return NotYet(
            f"Your server has two sockets. The one that is bound on line "
            f"{bound[-1].line} does not listen, and the one that listens on line "
            f"{listens.line} is not bound: the operating system gave it a port that "
            "nobody knows.",
            "Does your server need the second socket?",
            listens.start,
        )
    return None


@lesson.mistake
def listens_too_late(run: Run) -> NotYet | None:
    waits, listens = run.server.calls(*KEYBOARD), run.server.calls("listen")
    if not waits or not listens or listens[0].start < waits[0].start:
        return None
    return NotYet(
        f"Your server waits for Enter on line {waits[0].line}, and calls listen() "
        f"after that, on line {listens[0].line}. A client that came while it waited "
        "was refused.",
        "What should be true of the port while your server waits?",
        listens[0].start,
    )


@lesson.mistake
def closes_before_it_waits(run: Run) -> NotYet | None:
    server = run.server
    listens, waits = _ever_listening(server), server.calls(*KEYBOARD)
    if listens is None or not waits:
        return None
    closed = _closing(server, listens)
    if closed is None or not listens.start < closed.start < waits[0].start:
        return None
    return NotYet(
        f"Your server listened, and then its socket was closed by "
        f"{server.closed_by(closed)}, before it waits for Enter on line "
        f"{waits[0].line}. Nobody listens while it waits.",
        "Which lines should run while the socket is open?"
        if closed.result != "dropped"
        else "What must a function hand back, so that the socket lives on?",
        closed.start,
    )


@lesson.mistake
def goes_to_the_door_already(run: Run) -> NotYet | None:
    accepts = run.server.calls("accept")
    if not accepts:
        return None
    return NotYet(
        f"Your server calls accept() on line {accepts[0].line} and waits there for a "
        "client, so it does not notice that Enter is pressed. Taking clients is the "
        "next lesson's work: here they queue.",
        "What could stand in its place, so that the server waits for Enter?",
        accepts[0].start,
    )


@lesson.mistake
def speaks_too_early(run: Run) -> NotYet | None:
    listens = listening(run.server)
    if listens is None or listens.end is None:
        return None
    after = _sayings(run.server.printed_between(listens.start, _first_enter(run)))
    before = _sayings(run.server.printed_between(0, listens.start))
    early = [line for line in before if re.search("listen", line, re.I)]
    if not early or after:
        return None
    return NotYet(
        f"Your server prints {quoted(early[0])} before it calls listen() on line "
        f"{listens.line}. A client that connects between the two is refused.",
        "After which line is the sentence true?",
        listens.start,
    )


@lesson.mistake
def keeps_the_old_sentence(run: Run) -> NotYet | None:
    listens = listening(run.server)
    if listens is None:
        return None
    said = _sayings(run.server.printed_between(0, _first_enter(run)))
    if not said or not all(OLD.search(line) for line in said):
        return None
    return NotYet(
        f"Your server has listened since line {listens.line}, and its terminal says "
        f"only what it said in the lesson before: {quoted(said[0] if said else '')}.",
        "Which sentence tells that clients may connect to port 5555?",
        listens.end,
    )


@lesson.mistake
def sleeps_instead_of_waiting(run: Run) -> NotYet | None:
    slept = run.server.calls("sleep")
    if not slept or run.server.calls(*KEYBOARD):
        return None
    return NotYet(
        f"Your server sleeps on line {slept[0].line}, and does not notice that "
        "somebody presses Enter.",
        "Which call waits for Enter, however long that takes?",
        slept[0].start,
    )


@lesson.mistake
def ends_at_once(run: Run) -> NotYet | None:
    server = run.server
    if _ever_listening(server) is None or server.calls(*KEYBOARD):
        return None
    if server.wait is not None or server.status != 0:
        return None
    if any(call.blocked for call in server.all_calls):
        return None
    return NotYet(
        "Your server listened for a moment and ran to its end. With that nobody "
        "listens any more, and the next client is refused.",
        "What could it wait for, so that clients find it?",
        _ever_listening(server).end,  # type: ignore[union-attr]
    )


@lesson.mistake
def catches_ctrl_c_only(run: Run) -> NotYet | None:
    line = _crash_at_end_of_input(run)
    handlers = run.server.handlers(line)
    if not any("KeyboardInterrupt" in names for _, names in handlers):
        return None
    return NotYet(
        f"Your server catches KeyboardInterrupt, which Ctrl-C raises, on line "
        f"{handlers[0][0]}. The end of the keyboard's input raises EOFError in "
        f"input() on line {line}, and nothing catches that.",
        "How can one `except` catch two kinds of exception?",
        _event(run.server, *KEYBOARD),
    )


@lesson.mistake
def catches_nothing(run: Run) -> NotYet | None:
    line = _crash_at_end_of_input(run)
    if line is None or run.server.handlers(line):
        return None
    return NotYet(
        f"The keyboard's input ended (Ctrl-D does that) while input() waited on line "
        f"{line}. It raised EOFError, nothing caught it, and your server ended with "
        "a traceback. Ctrl-C raises KeyboardInterrupt at the same place.",
        "Which statement tries a call and says what to do if it raises an exception?",
        _event(run.server, *KEYBOARD),
    )


@lesson.mistake
def starts_to_wait_again(run: Run) -> NotYet | None:
    waits = run.server.calls(*KEYBOARD)
    if len(waits) < 2 or (run.server.wait is None and run.server.status == 0):
        return None
    if len({call.line for call in waits}) > 1:
        return None
    return NotYet(
        f"Your server reads the keyboard on line {waits[0].line} again and again. "
        "Neither Enter nor the end of the input brings it out of its loop.",
        "When should your loop be left?",
        waits[1].start,
    )


# -- what several of them ask ------------------------------------------------


def listening(server: Actor) -> Call | None:
    """The call since which it listens at 127.0.0.1:5555, for TCP."""
    for call in server.calls("listen"):
        if call.worked and server.address(call.socket) in (PLACE, ("0.0.0.0", 5555)):
            return call
    return None


def _sayings(printed: str) -> list[str]:
    """The lines that tell something; a prompt asks somebody to press Enter."""
    lines = [line.strip() for line in printed.splitlines()]
    return [line for line in lines if line and not _is_prompt(line)]


def _is_prompt(line: str) -> bool:
    return bool(PROMPT.search(line)) and "5555" not in line and "listen" not in line


def _first_enter(run: Run) -> int | None:
    """The event with which it first had a line of the keyboard."""
    waits = run.server.calls(*KEYBOARD)
    return waits[0].end if waits else None


def _ever_listening(server: Actor) -> Call | None:
    return next((call for call in server.calls("listen") if call.worked), None)


def _closing(server: Actor, call: Call) -> Call | None:
    closings = server.calls("close", "detach")
    return next((each for each in closings if each.socket == call.socket), None)


def _crash_at_end_of_input(run: Run) -> int | None:
    """The line of an `input` that raised EOFError, which nobody caught."""
    crash = run.server.crash
    if crash is None or "EOFError" not in (crash.error or ""):
        return None
    return crash.line


def _event(actor: Actor, *names: str) -> int | None:
    """Where the first such call ended."""
    calls = actor.calls(*names)
    return calls[0].end if calls else None
