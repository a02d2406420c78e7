"""What lesson 01 asks for: the server owns port 5555, or says that it cannot."""

import re

from lessons.course.checking import Scenario, Specification
from lessons.course.run import KEYBOARD, Actor, Call, NotYet, Run, quoted

lesson = Specification("server.py")

ALONE = Scenario(("server.py",), typed={"server.py": [""]})
TAKEN = Scenario(("owner.py", "server.py"))

PLACE = ("127.0.0.1", 5555)
IT_SAYS_SO = re.compile("5555|own|bound|bind|port|address|claim|ready|running", re.I)


@lesson.check(
    "your server owns 127.0.0.1:5555",
    ALONE,
    "A client finds a program by its address and port. Which line of yours asks "
    "the operating system for them?",
    "Look at the line below the TODO: the socket is made, and nothing has been "
    "done to it yet.",
    "The call is bind(), a method of the socket. It takes one argument: the "
    "address and the port as a pair.",
    "A café rents its room before it opens. A program for it could say: "
    'cafe.bind(("127.0.0.1", 8000)).',
)
def owns_its_port(run: Run) -> NotYet | None:
    if owning(run.server) is not None:
        return None
    asked = run.server.calls("bind")
    if asked:
        return NotYet(
            f"Your server does not have 127.0.0.1:5555. It asked for "
            f"{asked[-1].arguments[0] if asked[-1].arguments else 'nothing'} "
            f"on line {asked[-1].line}.",
            "Which address and which port does the lesson ask for?",
            asked[-1].start,
        )
    made = run.server.calls("socket")
    return NotYet(
        f"Your server made a socket on line {made[0].line}, and the socket has no "
        f"address yet: no client could find it. Then your server "
        f"{run.server.ending}."
        if made
        else f"Your server made no socket: it {run.server.ending}.",
        "Which call gives a socket its address and port?",
        made[0].end if made else None,
    )


@lesson.check(
    "it says that it owns the port",
    ALONE,
    "How does somebody who looks at the terminal learn that the port is yours?",
    "Look at the line that prints, and at whether it comes before or after the "
    "line with bind().",
    "print() says it. With an f-string it can show HOST and PORT.",
    'A café hangs out a sign: print(f"The café is at {street} {number}.").',
)
def says_so(run: Run) -> NotYet | None:
    bound = owning(run.server)
    if bound is None:
        return owns_its_port(run)
    said = run.server.printed_between(bound.start)
    if IT_SAYS_SO.search(said) and "not own" not in said:
        return None
    return NotYet(
        f"Your server has the port since line {bound.line}, and its terminal does "
        f"not show it. It shows: {quoted(run.server.printed)}.",
        "What should your server print once bind() has worked?",
        bound.end,
    )


@lesson.check(
    "it keeps the port until Enter is pressed, and then ends",
    ALONE,
    "A port is yours as long as your socket is open. What keeps the program, and "
    "the socket, waiting?",
    "Look at what comes after the print, and at how far each line is indented: "
    "the socket is closed where its `with` block ends.",
    "input() waits until somebody presses Enter.",
    'A café that stays open until somebody rings a bell: input("Ring to close. ").',
)
def stays_until_enter(run: Run) -> NotYet | None:
    bound = owning(run.server)
    if bound is None:
        return owns_its_port(run)
    waits = [c for c in run.server.calls(*KEYBOARD) if c.start > bound.start]
    if not waits:
        return NotYet(
            f"Your server did not wait for Enter: it {run.server.ending}.",
            "Which call waits until somebody presses Enter?",
            bound.end,
        )
    closed = _closing(run.server, bound)
    if closed is not None and closed.start < waits[0].start:
        return NotYet(
            f"Your server waits for Enter on line {waits[0].line}, when its socket "
            f"was closed already by {run.server.closed_by(closed)}.",
            "Which lines should run while the socket is open?",
            closed.start,
        )
    if run.server.wait is not None or run.server.status != 0:
        return NotYet(
            f"Enter was pressed, and your server did not end calmly: it "
            f"{run.server.ending}.",
            "What should happen after input() has returned?",
            waits[0].end,
        )
    return None


@lesson.check(
    "where the port is taken, it ends with one sentence and exit status 1",
    TAKEN,
    "Another program has 127.0.0.1:5555 already. Would somebody who cannot program "
    "understand what your server's terminal shows then?",
    "Look at the one line that the operating system can turn down, and at what "
    "your program does when that happens.",
    "`except OSError as error` around bind() alone catches it. sys.exit() with a "
    "text prints the text and ends the program with exit status 1.",
    "A café whose room is let to somebody else: "
    'sys.exit(f"{street} {number} has a tenant already: {error.strerror}").',
)
def gives_way(run: Run) -> NotYet | None:
    server = run.server
    refused = _refused(run)
    if refused is None:
        return NotYet(
            f"Another program had 127.0.0.1:5555, and your server was not turned "
            f"down there: it {server.ending}.",
            "What differs in your server between one start and the next?",
        )
    said = server.printed_between(refused.start) + server.complained
    account = (
        f"Another program has 127.0.0.1:5555, so bind() on line {refused.line} "
        f"raised an OSError. Then your server {server.ending}"
    )
    if server.crash is not None or "Traceback" in said:
        return NotYet(
            f"{account}, and its terminal shows a traceback.",
            "How could it end with one sentence instead?",
            refused.end,
        )
    if not said.strip():
        return NotYet(
            f"{account}, without a word.",
            "What should somebody read who starts your server twice by mistake?",
            refused.end,
        )
    if server.status != 1:
        return NotYet(
            f"{account}.",
            "Which call ends a program with a sentence and exit status 1?",
            refused.end,
        )
    return None


# -- known mistakes ----------------------------------------------------------


@lesson.mistake
def connects_to_its_own_port(run: Run) -> NotYet | None:
    connects = run.server.calls("connect", "connect_ex")
    if not connects or owning(run.server) is not None or run.server.calls("bind"):
        return None
    return NotYet(
        f"On line {connects[0].line} your server calls {connects[0].name}(), as a "
        "client does, and never bind(): no client could find it.",
        "connect() goes to somebody else's port. Which call makes a port your own?",
        connects[0].start,
    )


@lesson.mistake
def speaks_udp(run: Run) -> NotYet | None:
    for call in run.server.calls("bind"):
        kind = _kind(run, call)
        if call.worked and kind == "SOCK_DGRAM":
            return NotYet(
                f"Your server bound a SOCK_DGRAM socket on line {call.line}. That is "
                "UDP: it has ports of its own, and no connections.",
                "Which type of socket carries TCP, the stream of bytes that the "
                "chat needs?",
                call.start,
            )
    return None


@lesson.mistake
def open_to_everyone(run: Run) -> NotYet | None:
    bound = _bound_elsewhere(run.server)
    if bound is None or run.server.address(bound.socket) != ("0.0.0.0", 5555):
        return None
    return NotYet(
        f"Line {bound.line} asks for {bound.arguments[0]}: the port 5555 of every "
        "address of this computer. Whoever reaches the computer could connect.",
        "Which address is reached from this computer alone?",
        bound.start,
    )


@lesson.mistake
def owns_another_port(run: Run) -> NotYet | None:
    bound = _bound_elsewhere(run.server)
    address = run.server.address(bound.socket) if bound else None
    if bound is None or address is None or address[1] == 5555:
        return None
    if ", 0)" in bound.arguments[0]:
        return NotYet(
            f"Line {bound.line} asks for port 0, which means any free port. The "
            "operating system chooses another one at every start, and no client "
            "knows which.",
            "To which number do the clients of this course connect?",
            bound.start,
        )
    return NotYet(
        f"Your server owns port {address[1]}, since line {bound.line}. The clients "
        "of this course connect to 5555.",
        "Where does your program get the number of its port from?",
        bound.start,
    )


@lesson.mistake
def keeps_the_old_sentence(run: Run) -> NotYet | None:
    bound = owning(run.server)
    if bound is None:
        return None
    said = run.server.printed_between(bound.start).splitlines()
    old = next((line for line in said if "not own" in line), None)
    if old is None:
        return None
    return NotYet(
        f"Your server has owned its port since line {bound.line}, and still prints "
        f"{quoted(old)}.",
        "What would be true to print at that place now?",
        bound.end,
    )


@lesson.mistake
def speaks_too_early(run: Run) -> NotYet | None:
    bound = owning(run.server)
    if bound is None or IT_SAYS_SO.search(run.server.printed_between(bound.start)):
        return None
    before = run.server.printed_between(0, bound.start)
    if not IT_SAYS_SO.search(before):
        return None
    return NotYet(
        f"Your server prints {quoted(before)} before it calls bind() on line "
        f"{bound.line}. If the port is taken, the sentence is untrue.",
        "After which line is it certain that the port is yours?",
        bound.start,
    )


@lesson.mistake
def gives_the_port_back(run: Run) -> NotYet | None:
    bound = owning(run.server)
    if bound is None or "owner.py" in run:
        return None
    closed = _closing(run.server, bound)
    waits = run.server.calls(*KEYBOARD)
    if closed is None or not any(wait.start > closed.start for wait in waits):
        return None
    if any(bound.start < wait.start < closed.start for wait in waits):
        return None
    return NotYet(
        f"Your server bound its port on line {bound.line}. Then its socket was closed "
        f"by {run.server.closed_by(closed)}, and the port went back with that. Only "
        "then your server waits for Enter.",
        "What must a function hand back, so that the socket lives on?"
        if closed.result == "dropped"
        else "Which lines should run while the socket is open?",
        closed.start,
    )


@lesson.mistake
def sleeps_instead_of_waiting(run: Run) -> NotYet | None:
    slept = run.server.calls("sleep")
    if "owner.py" in run or not slept or run.server.calls(*KEYBOARD):
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
    bound = owning(server)
    if bound is None or "owner.py" in run or server.calls(*KEYBOARD):
        return None
    if server.wait is not None or server.crash is not None:
        return None
    return NotYet(
        "Your server ran to its end in a moment, and gave its port back with that.",
        "What could it wait for after it has said that it owns the port?",
        bound.end,
    )


@lesson.mistake
def takes_the_next_port(run: Run) -> NotYet | None:
    if "owner.py" not in run:
        return None
    for call in run.server.calls("bind"):
        address = run.server.address(call.socket)
        if call.worked and address is not None and address[1] != 5555:
            return NotYet(
                "Port 5555 was taken, so your server took another one: "
                f"{address[1]}, on line {call.line}. Clients would go on connecting to "
                "5555 and reach the other program.",
                "What can somebody do who is told that the port is taken?",
                call.start,
            )
    return None


@lesson.mistake
def tries_again_and_again(run: Run) -> NotYet | None:
    if "owner.py" not in run or run.server.wait is None:
        return None
    refused = [c for c in run.server.calls("bind") if c.error]
    if len(refused) < 2:
        return None
    return NotYet(
        f"Port 5555 was taken, and your server asked for it again and again on line "
        f"{refused[0].line}, without an end.",
        "The other program may go on for days. What should your server do when it is "
        "turned down for the first time?",
        refused[0].end,
    )


@lesson.mistake
def catches_nothing(run: Run) -> NotYet | None:
    crash = _crash_in_bind(run)
    if crash is None or run.server.handlers(crash.line):
        return None
    return NotYet(
        "Another program has 127.0.0.1:5555, so the operating system turned bind() "
        f"down on line {crash.line}, and nothing caught the OSError that says so. "
        "The terminal shows a traceback.",
        "Which statement tries a call and says what to do if it raises an exception?",
        crash.end,
    )


@lesson.mistake
def catches_another_exception(run: Run) -> NotYet | None:
    crash = _crash_in_bind(run)
    if crash is None:
        return None
    handlers = run.server.handlers(crash.line)
    if not handlers or not handlers[0][1]:
        return None
    line, names = handlers[0]
    if re.search(r"OSError|Exception|socket\.error", names):
        return None  # caught, and raised again
    return NotYet(
        f"Another program has 127.0.0.1:5555, so bind() on line {crash.line} raised "
        f"an OSError. Your `except {names}` on line {line} does not catch that.",
        "Which name stands at the beginning of the traceback's last line?",
        crash.end,
    )


@lesson.mistake
def goes_on_without_the_port(run: Run) -> NotYet | None:
    refused = _refused(run)
    if refused is None:
        return None
    later = [c for c in run.server.calls(*KEYBOARD) if c.start > refused.start]
    if not later:
        return None
    return NotYet(
        f"Another program has 127.0.0.1:5555. Your server caught the OSError of line "
        f"{refused.line}, and went on all the same: it waits for Enter on line "
        f"{later[0].line} without a port.",
        "What should the program do once it has said that it cannot have the port?",
        later[0].start,
    )


@lesson.mistake
def ends_as_if_all_were_well(run: Run) -> NotYet | None:
    server, refused = run.server, _refused(run)
    if refused is None or server.wait is not None or server.status != 0:
        return None
    said = (server.printed_between(refused.start) + server.complained).strip()
    if not said:
        return None
    return NotYet(
        f"Another program has 127.0.0.1:5555, and your server says so: "
        f"{quoted(said)}. Then it ends with exit status 0, which tells other "
        "programs that all went well.",
        "What happens if you give the sentence to sys.exit(), not to print()?",
        refused.end,
    )


# -- what several of them ask ------------------------------------------------


def owning(server: Actor) -> Call | None:
    """The call with which it came to own 127.0.0.1:5555 for TCP."""
    for call in server.calls("bind"):
        if call.worked and server.address(call.socket) == PLACE:
            made = server.recording.sockets[call.socket or 0]
            if made.type == "SOCK_STREAM":
                return call
    return None


def _kind(run: Run, call: Call) -> str | None:
    return None if call.socket is None else run.recording.sockets[call.socket].type


def _bound_elsewhere(server: Actor) -> Call | None:
    """The call with which it came to own something else, and only that."""
    if owning(server) is not None or any(c.error for c in server.calls("bind")):
        return None
    return next((call for call in server.calls("bind") if call.worked), None)


def _closing(server: Actor, bound: Call) -> Call | None:
    """The call with which it closed the socket that it had bound."""
    closings = server.calls("close", "detach")
    return next((call for call in closings if call.socket == bound.socket), None)


def _refused(run: Run) -> Call | None:
    """The `bind` that the operating system turned down, the port being taken."""
    if "owner.py" not in run:
        return None
    binds = run.server.calls("bind")
    # Not a TypeError, which Python raises before the operating system is asked.
    return next(
        (c for c in binds if re.match("OSError|Permission", c.error or "")), None
    )


def _crash_in_bind(run: Run) -> Call | None:
    refused, crash = _refused(run), run.server.crash
    if refused is None or crash is None or crash.error != refused.error:
        return None
    return refused
