"""What lesson 01 asks for: the server owns port 5555, or says that it cannot."""

import re

from lessons.course.checking import ports
from lessons.course.checking.evidence import SPECIFIC, Evidence, NotYet, mistake, quoted
from lessons.course.checking.mistakes import refused, waiting
from lessons.course.checking.mistakes.anywhere import leaves_braces
from lessons.course.checking.run import PORT, Participant, Run
from lessons.course.checking.specification import Specification
from lessons.course.checking.steps import leaving, opening
from socketscope.reading.calls import CONNECTS, KEYBOARD, Call

lesson = Specification("server.py", mistakes=[refused, waiting])

ALONE = lesson.scenario("server.py", types=("",))
TAKEN = lesson.scenario("host.py", "server.py")

IT_SAYS_SO = re.compile("5555|own|bound|bind|port|address|claim|ready|running", re.I)


def bound_elsewhere(server: Participant) -> Call | None:
    """The call with which it came to own something else, and only that."""
    binds = server.calls("bind")
    if ports.owning(server) or any(call.error for call in binds):
        return None
    return next((call for call in binds if call.worked), None)


# -- steps -------------------------------------------------------------------


def says_that_it_owns_the_port(run: Run) -> NotYet | None:
    bound = ports.owning(run.server)
    assert bound is not None
    said = run.server.printed_between(bound.start)
    if IT_SAYS_SO.search(said) and "not own" not in said:
        return None
    return NotYet(
        f"Your server has the port since line {bound.line}, and its terminal does not "
        f"show it. It shows: {quoted(run.server.output())}.",
        "What should your server print once bind() has worked?",
        bound.end,
    )


# -- mistakes: another port, or none -----------------------------------------


@mistake()
def connects_to_its_own_port(server: Participant) -> Evidence:
    """On line {call.line} your server calls {call.name}(), as a client does, and never
    bind(): no client could find it.
    Ask: connect() goes to somebody else's port. Which call makes a port your own?"""
    if "host.py" not in server.run and not server.calls("bind"):
        for call in server.calls(CONNECTS):
            yield call.start, {"call": call}


@mistake()
def speaks_udp(server: Participant) -> Evidence:
    """Your server bound a SOCK_DGRAM socket on line {call.line}. That is UDP: it has
    ports of its own, and no connections.
    Ask: Which type of socket carries TCP, the stream of bytes that the chat needs?"""
    for call in server.calls("bind"):
        if call.worked and ports.type_of(server, call) == "SOCK_DGRAM":
            yield call.start, {"call": call}


@mistake(here_only=True)
def open_to_everyone(server: Participant) -> Evidence:
    """Line {call.line} asks for {call.arguments[0]}: the port 5555 of every address of
    this computer. Whoever reaches the computer could connect.
    Ask: Which address is reached from this computer alone?"""
    call = bound_elsewhere(server)
    if call and server.address(call.socket) == ports.EVERYWHERE:
        yield call.start, {"call": call}


@mistake()
def owns_another_port(server: Participant) -> Evidence:
    """Your server owns port {port}, since line {call.line}. The clients of this course
    connect to 5555.
    Ask: Where does your program get the number of its port from?"""
    call = bound_elsewhere(server)
    _, port = (call and server.address(call.socket)) or ("", PORT)
    # Where there is a client, the two numbers are told together.
    if call and port != PORT and "client.py" not in server.run:
        yield call.start, {"call": call, "port": port}


@mistake(says=SPECIFIC)
def asks_for_any_port(server: Participant) -> Evidence:
    """Line {call.line} asks for port 0, which means any free port. The operating system
    chooses another one at every start, and no client knows which.
    Ask: To which number do the clients of this course connect?"""
    call = bound_elsewhere(server)
    if call and ", 0)" in call.arguments[0]:
        yield call.start, {"call": call}


@mistake()
def binds_twice(server: Participant) -> Evidence:
    """On line {again.line} your server binds the socket that it has bound already, on
    line {first.line}. A socket takes an address once: {again.error}.
    Ask: Which of the two lines does your server need?"""
    bound = [call for call in server.calls("bind") if call.worked]
    for again in server.calls("bind"):
        for first in bound:
            same = first.socket == again.socket and first.start < again.start
            if same and again.error:
                yield again.end, {"first": first, "again": again}


@mistake(here_only=True)
def ends_though_it_has_the_port(server: Participant) -> Evidence:
    """Your server has its port since line {bound.line}. It ended all the same, with
    exit status {server.program.status} and the sentence {said}.
    Ask: In which case should your server say this sentence?"""
    bound = ports.owning(server)
    start = bound.start if bound else 0
    said = server.output(start).removeprefix(server.printed_between(start))
    ended = server.program.status and not server.crash and not server.calls(KEYBOARD)
    if bound and said and ended:
        yield server.events[-1][0], {"bound": bound, "said": quoted(said)}


# -- mistakes: what it says --------------------------------------------------


@mistake(here_only=True)
def keeps_the_old_sentence(server: Participant) -> Evidence:
    """Your server has owned its port since line {bound.line}, and still prints {old}.
    Ask: What would be true to print at that place now?"""
    bound = ports.owning(server)
    said = server.printed_between(bound.start) if bound else ""
    for line in said.splitlines():
        if bound and "not own" in line:
            yield bound.end, {"bound": bound, "old": quoted(line)}


@mistake(here_only=True)
def speaks_too_early(server: Participant) -> Evidence:
    """Your server prints {before} before it calls bind() on line {bound.line}. If the
    port is taken, the sentence is untrue.
    Ask: After which line is it certain that the port is yours?"""
    bound = ports.owning(server)
    if bound is None or IT_SAYS_SO.search(server.printed_between(bound.start)):
        return
    for line in server.printed_between(0, bound.start).splitlines():
        if re.search("own|bound|claimed", line, re.I):
            yield bound.start, {"bound": bound, "before": quoted(line)}


# -- mistakes: the port is taken ---------------------------------------------


@mistake()
def takes_the_next_port(server: Participant) -> Evidence:
    """Port 5555 was taken, so your server took another one: {port}, on line
    {call.line}. Clients would go on connecting to 5555 and reach the other program.
    Ask: What should your server do instead of taking another port?"""
    for call in server.calls("bind") if refused.refused(server) else ():
        _, port = server.address(call.socket) or ("", PORT)
        if call.worked and port != PORT:
            yield call.start, {"call": call, "port": port}


@mistake()
def tries_again_and_again(server: Participant) -> Evidence:
    """Port 5555 was taken, and your server asked for it again and again, on line
    {call.line}.
    Ask: The other program may go on for days. What should your server do when it is
    turned down for the first time?"""
    call = refused.refused(server)
    if call and len([each for each in server.calls("bind") if each.error]) > 1:
        yield call.end, {"call": call}


# -- checks ------------------------------------------------------------------

ALONE.check(
    "your server owns 127.0.0.1:5555",
    opening.owns_its_port,
)
ALONE.check(
    "it says that it owns the port",
    opening.owns_its_port,
    leaves_braces,
    says_that_it_owns_the_port,
)
ALONE.check(
    "it keeps the port until Enter is pressed, and then ends",
    opening.owns_its_port,
    waiting.sleeps_instead_of_waiting,
    leaving.waits_for_enter("server.py"),
    waiting.closes_before_it_waits,
    leaving.ends_at_enter("server.py"),
)
TAKEN.check(
    "where the port is taken, it ends with one sentence and exit status 1",
    leaving.gives_up,
)
