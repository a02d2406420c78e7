"""What lesson 02 asks for: clients can queue, and the server ends calmly."""

import re

from lessons.course.checking import ports
from lessons.course.checking.evidence import Evidence, NotYet, mistake, quoted
from lessons.course.checking.mistakes import waiting
from lessons.course.checking.mistakes.anywhere import leaves_braces
from lessons.course.checking.run import PORT, Participant, Run
from lessons.course.checking.specification import Specification
from lessons.course.checking.steps import leaving, opening
from socketscope import INTERRUPT
from socketscope.reading.calls import KEYBOARD

lesson = Specification("server.py")

KNOCK = lesson.scenario("server.py", "visitor.py knock", types=("",))
KEYBOARD_ENDS = lesson.scenario("server.py")
CTRL_C = lesson.scenario("server.py", types=(INTERRUPT,))
TWICE = lesson.scenario("server.py", "server.py", types=("",))

OLD = re.compile(r"owns? 127\.0\.0\.1:5555")
PROMPT = re.compile(r"press|enter|stop", re.I)


def sayings(server: Participant, start: int = 0, end: int | None = None) -> list[str]:
    """The lines that tell something; a prompt asks somebody to press Enter."""
    lines = map(str.strip, server.printed_between(start, end).splitlines())
    return [line for line in lines if line and not _is_prompt(line)]


def _is_prompt(line: str) -> bool:
    return bool(PROMPT.search(line)) and "5555" not in line and "listen" not in line


def first_enter(server: Participant) -> int | None:
    """The event with which it first had a line of the keyboard."""
    return next((wait.end for wait in server.calls(KEYBOARD)), None)


# -- steps -------------------------------------------------------------------


def says_that_it_listens(run: Run) -> NotYet | None:
    server, call = run.server, ports.listening(run.server)
    assert call is not None
    said = sayings(server, call.start, first_enter(server))
    if any(str(PORT) in line and not OLD.search(line) for line in said):
        return None
    return NotYet(
        f"Your server has listened since line {call.line}. After that its terminal "
        f"shows {quoted(said[0]) + ', and no port' if said else 'nothing'}.",
        "Which sentence tells that it is listening at port 5555?",
        call.end,
    )


# -- mistakes: listen() ------------------------------------------------------


@mistake()
def listens_before_it_has_a_port(server: Participant) -> Evidence:
    """Your server calls listen() on line {early.line}, before bind() on line
    {bind.line}. The socket had no port then, so the operating system chose one, and a
    socket has no more than one.
    Ask: In which order do bind() and listen() belong?"""
    for bind in server.calls("bind"):
        refused = bind.error and bind.error.errno != "EADDRINUSE"
        for early in server.calls("listen") if refused else ():
            at_once = early.socket == bind.socket and early.start < bind.start
            if early.worked and at_once:
                yield early.start, {"early": early, "bind": bind}


@mistake()
def listens_on_another_socket(server: Participant) -> Evidence:
    """Your server has two sockets. The one that is bound on line {bind.line} does not
    listen, and the one that listens on line {call.line} is not bound: the operating
    system gave it a port that nobody knows.
    Ask: Does your server need the second socket?"""
    bound = [call for call in server.calls("bind") if call.worked]
    for call in server.calls("listen") if bound else ():
        if call.worked and call.socket not in [bind.socket for bind in bound]:
            yield call.start, {"bind": bound[-1], "call": call}


@mistake()
def listens_too_late(server: Participant) -> Evidence:
    """Your server waits for Enter on line {wait.line}, and calls listen() after that,
    on line {call.line}. A client that came while it waited was refused.
    Ask: What should be true of the port while your server waits?"""
    for wait in server.calls(KEYBOARD)[:1]:
        for call in server.calls("listen")[:1]:
            if wait.start < call.start:
                yield call.start, {"wait": wait, "call": call}


@mistake(here_only=True)
def goes_to_the_door_already(server: Participant) -> Evidence:
    """Your server calls accept() on line {call.line} and waits there for a client, so
    it does not notice that Enter is pressed. Taking clients is the next lesson's work:
    here they queue.
    Ask: What could stand in its place, so that the server waits for Enter?"""
    for call in server.calls("accept"):
        yield call.start, {"call": call}


# -- mistakes: what it says --------------------------------------------------


@mistake(here_only=True)
def speaks_too_early(server: Participant) -> Evidence:
    """Your server prints {early} before it calls listen() on line {call.line}. A client
    that connects between the two is refused.
    Ask: After which line is the sentence true?"""
    call = ports.listening(server)
    if call and not sayings(server, call.start, first_enter(server)):
        for line in sayings(server, 0, call.start):
            if re.search("listen", line, re.I):
                yield call.start, {"call": call, "early": quoted(line)}


@mistake(here_only=True)
def keeps_the_old_sentence(server: Participant) -> Evidence:
    """Your server has listened since line {call.line}, and its terminal says only what
    it said in the lesson before: {old}.
    Ask: Which sentence tells that clients may connect to port 5555?"""
    call, said = ports.listening(server), sayings(server, 0, first_enter(server))
    if call and said and all(OLD.search(line) for line in said):
        yield call.end, {"call": call, "old": quoted(said[0])}


# -- checks ------------------------------------------------------------------

KNOCK.check(
    "a client is connected, although nobody answers it",
    opening.listens,
)
KNOCK.check(
    "it says that it is listening, once it is",
    opening.listens,
    leaves_braces,
    says_that_it_listens,
)
KNOCK.check(
    "Enter ends it, and it says goodbye",
    opening.listens,
    waiting.sleeps_instead_of_waiting,
    leaving.waits_for_enter("server.py"),
    leaving.ends_at_enter("server.py"),
    leaving.says_goodbye("server.py"),
)
KEYBOARD_ENDS.check(
    "the end of the keyboard's input (Ctrl-D) ends it as calmly as Enter",
    leaving.waits_for_enter("server.py"),
    leaving.ends_with_its_input("server.py"),
    leaving.says_goodbye("server.py"),
)
CTRL_C.check(
    "Ctrl-C ends it as calmly as Enter",
    opening.owns_its_port,
    leaving.ends_at_ctrl_c("server.py"),
    leaving.says_goodbye("server.py"),
)
TWICE.check(
    "a second server is turned away while the first one listens",
    leaving.gives_up,
)
