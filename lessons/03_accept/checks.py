"""What lesson 03 asks for: a client that connects, and a server that takes it."""

import ast
import re
from collections.abc import Iterator

from lessons.course.checking import ports, written
from lessons.course.checking.evidence import Evidence, NotYet, mistake, quoted
from lessons.course.checking.mistakes import connecting, waiting
from lessons.course.checking.mistakes.talking import talks_on_the_listener
from lessons.course.checking.run import PORT, Participant, Run
from lessons.course.checking.specification import Specification
from lessons.course.checking.steps import leaving, opening, serving
from socketscope import INTERRUPT
from socketscope.reading.calls import KEYBOARD, RECEIVES, Call

lesson = Specification("client.py", "server.py", mistakes=[connecting])

PAIR = lesson.scenario("server.py", "client.py", types=("",))
NOBODY = lesson.scenario("client.py")
AGAIN = lesson.scenario("server.py", "client.py", "server.py")
TWICE = lesson.scenario("server.py", "server.py")
CTRL_C = lesson.scenario("server.py", "client.py", types=(INTERRUPT,))
ALONE = lesson.scenario("server.py", types=(INTERRUPT,))


def turned_down(server: Participant) -> Call | None:
    """The `bind` that failed."""
    return next((call for call in server.calls("bind") if call.error), None)


# -- steps -------------------------------------------------------------------


stays_connected = leaving.waits_for_enter("client.py")


def says_where_it_is(run: Run) -> NotYet | None:
    client, met = run.client, ports.meeting(run.client)
    assert met is not None
    said = client.printed_between(met.start, ports.waits_after(client, met)[0].end)
    if re.search(rf"(127\.0\.0\.1|localhost)\D+{PORT}", said):
        return None
    return NotYet(
        f"Your client is connected since line {met.line}. While it waits for Enter, "
        f"its terminal shows {quoted(said)}, and not with whom it is connected.",
        "Which host and port could stand in the prompt?",
        met.end,
    )


def listens_again(run: Run) -> NotYet | None:
    second = run.participants[2]
    if any(call.worked for call in second.calls("listen")):
        return None
    refused = turned_down(second)
    return NotYet(
        f"Your server ran and ended. When it was started again, it {second.ending}, "
        f"and its terminal shows {quoted(second.output())}.",
        "What is different for your server when it runs for the second time?",
        refused.end if refused else None,
    )


# -- mistakes: the client --------------------------------------------------


@mistake(here_only=True)
def asks_before_it_connects(client: Participant) -> Evidence:
    """Your client waits for Enter on line {wait.line}, and connects after that, on line
    {met.line}. It does not wait for Enter again, and so it does not stay connected.
    Ask: Which should come first, connecting or waiting?"""
    met, waits = ports.meeting(client), client.calls(KEYBOARD)
    if met and waits and not ports.waits_after(client, met):
        yield met.start, {"met": met, "wait": waits[0]}


# -- mistakes: the server and its client -------------------------------------


@mistake()
def one_name_for_two_things(server: Participant) -> Evidence:
    """accept() on line {taken.line} gave your server two things in one pair, a socket
    and the client's address. Line {crash.line}, `{code}`, uses the pair as if it were
    the socket: {crash.error}.
    Ask: How does Python take a pair apart into two names?"""
    crash = server.crash
    a_pair = crash and "'tuple' object" in crash.error.text
    if crash and a_pair and server.accepted and written.keeps_the_pair(server):
        taken, code = server.accepted[0].opened, server.code(crash.line)
        yield crash.event, {"taken": taken, "crash": crash, "code": code}


@mistake()
def accepts_before_it_listens(server: Participant) -> Evidence:
    """Your server calls accept() on line {call.line}, and its socket does not listen by
    then: {call.error}.
    Ask: Which call lets clients queue, so that one can be taken?"""
    for call in server.calls("accept"):
        listens = [c for c in server.calls("listen") if c.socket == call.socket]
        if call.error and not any(c.start < call.start for c in listens):
            yield call.end, {"call": call}


@mistake()
def waits_for_enter_only(server: Participant) -> Evidence:
    """Your server waits for Enter on line {wait.line}, as in lesson 02, and not for a
    client. A client that connects is put into the queue and hears nothing.
    Ask: Which call takes a client out of the queue, or waits until there is one?"""
    for wait in _instead_of_a_client(server):
        if not _mentions_accept(server):
            yield wait.start, {"wait": wait}


@mistake()
def waits_for_enter_first(server: Participant) -> Evidence:
    """Your server still waits for Enter, on line {wait.line}, before it comes to
    accept(). Clients wait in the queue until somebody presses Enter.
    Ask: Two lines of your server wait. Which of them waits for a client?"""
    for wait in _instead_of_a_client(server):
        if _mentions_accept(server):
            yield wait.start, {"wait": wait}


def _instead_of_a_client(server: Participant) -> Iterator[Call]:
    """Its wait for Enter, where it listens and has not come to `accept`."""
    for wait in server.calls(KEYBOARD)[:1] if server.calls("listen") else ():
        if not any(call.start < wait.start for call in server.calls("accept")):
            yield wait


def _mentions_accept(server: Participant) -> bool:
    every = ast.walk(ast.parse(server.program.source))
    return any(
        isinstance(each, ast.Attribute) and each.attr == "accept" for each in every
    )


@mistake(here_only=True)
def waits_for_enter_afterwards(server: Participant) -> Evidence:
    """Your server took the client on line {taken.line}, and then waits for Enter on
    line {wait.line}. It does not end by itself, and the port stays taken.
    Ask: Does anything in this server still need the keyboard?"""
    for talk in server.accepted[:1]:
        for wait in ports.waits_after(server, talk.opened):
            yield wait.start, {"taken": talk.opened, "wait": wait}


@mistake(here_only=True)
def takes_one_client_after_the_other(server: Participant) -> Evidence:
    """Your server took a client, and went back to accept() on line {more.line} to wait
    for another one. It still owns the port. From lesson 04 on it will do that; here it
    takes one client and ends.
    Ask: Which statement makes it go round again?"""
    for talk in server.accepted[:1]:
        for more in server.calls("accept"):
            if more.start > talk.began and more.end is None:
                yield more.start, {"more": more}


@mistake(here_only=True)
def waits_for_words(server: Participant) -> Evidence:
    """Your server took the client, and then waits for bytes in {read.name}() on line
    {read.line}. In this lesson nobody speaks: the server says who connected and hangs
    up.
    Ask: Which line should follow when your server has said who connected?"""
    for read in server.calls(RECEIVES) if server.accepted else ():
        if read.blocked:
            yield read.start, {"read": read}


@mistake(here_only=True)
def names_itself(server: Participant) -> Evidence:
    """Your server took the client {client[0]}:{client[1]} and prints {said}. 5555 is
    its own port, not the client's.
    Ask: accept() gives two things. Which of them tells who the client is?"""
    for talk in server.accepted[:1]:
        client = server.run.recording.sockets[talk.socket].remote
        if client and str(client[1]) not in server.printed:
            for line in server.printed_between(talk.began).splitlines():
                if str(PORT) in line:
                    yield talk.began, {"client": client, "said": quoted(line)}


# -- mistakes: started again -------------------------------------------------


@mistake()
def option_comes_too_late(run: Run) -> Evidence:
    """Your server sets SO_REUSEADDR on line {option.line}, after bind() on line
    {bound.line}. bind() looks whether the option is set, and then it is not yet.
    Ask: In which order should the two lines stand?"""
    for _ in _left_over(run):
        for bound in run.server.calls("bind"):
            for option in ports.options(run.server, bound, "SO_REUSEADDR"):
                if option.start > bound.start:
                    yield option.start, {"option": option, "bound": bound}


@mistake()
def left_over_in_the_way(run: Run) -> Evidence:
    """Your server took a client, and ended first. Its end of that connection is left
    over at port 5555 for a while, although no program holds it. So bind() on line
    {refused.line} was refused when your server was started again.
    Ask: Which socket option lets bind() ignore what is left over?"""
    for refused in _left_over(run):
        yield refused.end, {"refused": refused}


def _left_over(run: Run) -> Iterator[Call]:
    """The `bind` that failed when the first server had served, and ended."""
    for first in run.named("server.py")[:1]:
        for second in run.named("server.py")[1:]:
            call = turned_down(second) if first.accepted and not first.wait else None
            if call and not ports.options(second, call, "SO_REUSEADDR"):
                yield call


# -- checks ------------------------------------------------------------------

PAIR.check(
    "your client connects with your server",
    opening.connects,
)
PAIR.check(
    "it stays connected until Enter is pressed, and then hangs up",
    opening.connects,
    stays_connected,
    waiting.closes_before_it_waits,
    leaving.ends_at_enter("client.py"),
    leaving.says_goodbye("client.py"),
    says_where_it_is,
)
AGAIN.check(
    "the end of the keyboard's input (Ctrl-D) hangs up as calmly as Enter",
    opening.connects,
    stays_connected,
    leaving.ends_with_its_input("client.py"),
    leaving.says_goodbye("client.py"),
)
NOBODY.check(
    "where it cannot connect, it says so in one sentence, with exit status 1",
    leaving.gives_up,
)
PAIR.check(
    "your server takes the client out of the queue, and says who it is",
    opening.connects,
    opening.takes_the_client,
    serving.says_who_it_is,
)
AGAIN.check(
    "then the server ends, and can be started again at once",
    opening.connects,
    talks_on_the_listener,
    leaving.ends_calmly(
        "server.py",
        "A client connected, and",
        "did not end calmly after that: it",
        "What should your server do when it has said who the client is?",
    ),
    listens_again,
)
TWICE.check(
    "a second server is turned away while the first one listens",
    leaving.gives_up,
)
CTRL_C.check(
    "Ctrl-C hangs up as calmly as Enter",
    opening.connects,
    stays_connected,
    leaving.ends_at_ctrl_c("client.py"),
)
ALONE.check(
    "Ctrl-C ends the server while it waits for a client",
    leaving.ends_at_ctrl_c("server.py"),
)
