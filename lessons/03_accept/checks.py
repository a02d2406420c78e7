"""What lesson 03 asks for: a client that connects, and a server that takes it."""

import ast
import re

from lessons.course.checking import Scenario, Specification
from lessons.course.run import (
    CONNECTS,
    KEYBOARD,
    RECEIVES,
    SENDS,
    Actor,
    Call,
    NotYet,
    Run,
    quoted,
)

lesson = Specification("client.py", "server.py")

PAIR = Scenario(("server.py", "client.py"), typed={"client.py": [""]})
NOBODY = Scenario(("client.py",))
AGAIN = Scenario(("server.py", "client.py", "server.py"))
TWICE = Scenario(("server.py", "server.py"))


@lesson.check(
    "your client connects with your server",
    PAIR,
    "The client has a socket, and so has the server. What does the client have to "
    "know of the server, to connect to it?",
    "Look at the TODO in client.py: the socket is made, and connected with nobody.",
    "The call is connect(). It takes the same pair as bind(): the server's address "
    "and port.",
    'A guest who goes to a café: guest.connect(("127.0.0.1", 8000)).',
)
def client_connects(run: Run) -> NotYet | None:
    if connected(run.client) is not None:
        return None
    client, server = run.client, run.server
    if not client.started:
        return NotYet(
            "Your client was not started, because your server never came to rest. "
            f"{run.recording.verdict.sentence}",
            "What should your server wait for?",
        )
    connects = client.calls(*CONNECTS)
    if not connects:
        made = client.calls("socket")
        where = (
            f"made a socket on line {made[0].line} and" if made else "made no socket"
        )
        return NotYet(
            f"Your client {where} did not connect it. Then it {client.ending}."
            if made
            else f"Your client {where}: it {client.ending}.",
            "Which call connects a client's socket with the server?",
            made[0].end if made else None,
        )
    return NotYet(
        f"Your client asked for {_given(connects[0])} on line {connects[0].line}, and "
        f"was not connected ({connects[0].error or 'no answer'}). Your server "
        f"{server.ending}.",
        "Was the server listening at that address and port by then?",
        connects[0].start,
    )


@lesson.check(
    "it stays connected until Enter is pressed, and then hangs up",
    PAIR,
    "What does your client wait for before it hangs up?",
    "Look at what comes after connect(), and at where the `with` block of the "
    "socket ends.",
    "input() waits until somebody presses Enter. The end of the `with` block "
    "closes the socket, which hangs up.",
    "A guest who stays in the café until the coffee is finished: "
    'input("Press Enter to leave. ") inside the block of the visit.',
)
def client_stays(run: Run) -> NotYet | None:
    client = run.client
    call = connected(client)
    if call is None:
        return client_connects(run)
    waits = [c for c in client.calls(*KEYBOARD) if c.start > call.start]
    if not waits:
        return NotYet(
            f"Your client connected on line {call.line}, and did not wait for Enter: "
            f"it {client.ending}.",
            "Which call waits until somebody presses Enter?",
            call.end,
        )
    hung_up = _closing(client, call)
    if hung_up is not None and hung_up.start < waits[0].start:
        return NotYet(
            f"Your client waits for Enter on line {waits[0].line}, when its socket was "
            f"closed already by {client.closed_by(hung_up)}.",
            "Which lines should run while the socket is open?",
            hung_up.start,
        )
    if client.wait is not None or client.status != 0:
        return NotYet(
            f"Enter was pressed, and your client did not end calmly: it "
            f"{client.ending}.",
            "What should happen after input() has returned?",
            waits[0].end,
        )
    return None


@lesson.check(
    "the end of the keyboard's input (Ctrl-D) hangs up as calmly as Enter",
    AGAIN,
    "What does input() do in your client when nobody will ever type again?",
    "Compare the lines around input() in client.py with those of lesson 02's server.",
    "`except (KeyboardInterrupt, EOFError)` catches what Ctrl-C raises and what "
    "the end of the input raises.",
    "A guest goes home when the cup is empty, and also when the lights go out: "
    "`except (CupEmpty, LightsOut):` and the same way out.",
)
def client_ends_with_its_input(run: Run) -> NotYet | None:
    client = run.client
    if client.started and client.wait is None and client.status == 0:
        return None
    waits = client.calls(*KEYBOARD)
    return NotYet(
        f"The keyboard's input came to its end while your client was connected. "
        f"Then it {client.ending}.",
        "Which exception says that the input has ended?",
        waits[0].end if waits else None,
    )


@lesson.check(
    "where it cannot connect, it says so in one sentence, with exit status 1",
    NOBODY,
    "The server has not been started. Would somebody who cannot program understand "
    "what your client's terminal shows then?",
    "Look at the one line that the other side can turn down, and at what your "
    "program does when that happens.",
    "`except OSError as error` around connect() alone catches whatever keeps it from "
    "connecting. sys.exit() with a text prints it and ends with exit status 1.",
    "A guest before a closed door: "
    'sys.exit(f"Nobody is in at {street} {number}: come back at nine.").',
)
def nobody_listens(run: Run) -> NotYet | None:
    client = run.client
    refused = next((c for c in client.calls(*CONNECTS) if not c.worked), None)
    refused = refused or next(iter(client.calls("connect_ex")), None)
    if refused is None:
        return NotYet(
            f"No server was running, and your client did not notice: it connected "
            f"to nobody and {client.ending}.",
            "Which call would tell it that nobody listens?",
        )
    said = client.printed_between(refused.start) + client.complained
    what = "was refused" if _is_refusal(refused) else "failed"
    account = (
        f"No server was running, so {refused.name}() on line {refused.line} {what}. "
        f"Then your client {client.ending}"
    )
    if client.crash is not None or "Traceback" in said:
        return NotYet(
            f"{account}, and its terminal shows a traceback.",
            "How could it end with one sentence instead?",
            refused.end,
        )
    if not said.strip():
        return NotYet(
            f"{account}, without a word.",
            "What should somebody read who has forgotten to start the server?",
            refused.end,
        )
    if client.status != 1:
        return NotYet(
            f"{account}.",
            "Which call ends a program with a sentence and exit status 1?",
            refused.end,
        )
    return None


@lesson.check(
    "your server takes the client out of the queue, and says who it is",
    PAIR,
    "A client waits in the queue. Which call takes it out?",
    "Look at the TODO in server.py: something should take the place of waiting for "
    "Enter.",
    "accept() returns two things: a new socket for this one client, and the "
    "client's address, a pair of host and port.",
    "A waiter goes to the door: table, guest = cafe.accept(), and then print(guest).",
)
def server_takes_the_client(run: Run) -> NotYet | None:
    server = run.server
    taken = accepted(server)
    if taken is None:
        stood = (
            f"It stood in {server.wait.call}() on line {server.wait.line}."
            if server.wait and server.wait.call
            else f"It {server.ending}."
        )
        return NotYet(
            (
                "Your client was put into the queue, and your server did not take it "
                f"out. {stood}"
                if connected(run.client)
                else f"Your server took no client. {stood}"
            ),
            "Which call takes a client out of the queue?",
            _end(connected(run.client)),
        )
    client = run.recording.sockets[taken.new or 0].remote
    if client is None or str(client[1]) in server.printed_between(taken.start):
        return None
    return NotYet(
        f"Your server took the client {client[0]}:{client[1]} on line {taken.line}, "
        "and its terminal does not show that. The last it shows is "
        f"{quoted(_last_line(server.printed))}.",
        "accept() gives two things. Which of them tells who the client is?",
        taken.end,
    )


@lesson.check(
    "then the server ends, and can be started again at once",
    AGAIN,
    "Your server has hung up first and has ended. At which port is its end of the "
    "connection left over?",
    "Look at the lines before bind(): the socket can be told there that what is left "
    "over does not matter.",
    "setsockopt() sets the option SO_REUSEADDR of the level SOL_SOCKET to 1, before "
    'bind(), and only `if os.name == "posix"`.',
    "Another option of the same level, set on another socket: "
    "guest.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1).",
)
def starts_again_at_once(run: Run) -> NotYet | None:
    first, second = run.actors[0], run.actors[2]
    if first.wait is not None or first.status != 0:
        return NotYet(
            f"A client connected, and your server did not end calmly after that: it "
            f"{first.ending}."
            if run.client.started and connected(run.client)
            else f"Your server did not come to its end: it {first.ending}.",
            "What should your server do when it has said who the client is?",
            _end(accepted(first)),
        )
    if not second.started:
        return NotYet(
            "Your server did not come to its end, so it could not be started again.",
            "What does it wait for?",
        )
    listens = [call for call in second.calls("listen") if call.worked]
    if listens:
        return None
    refused = next((c for c in second.calls("bind") if c.error), None)
    return NotYet(
        "Your server ran and ended. When it was started again, it "
        f"{second.ending}"
        + (
            f", since bind() on line {refused.line} was turned down ({refused.error})."
            if refused
            else "."
        ),
        "Is the port held by a program then, or by what is left over of a connection?",
        refused.end if refused else None,
    )


@lesson.check(
    "a second server is turned away while the first one listens",
    TWICE,
    "Your server runs, and you start it once more in another terminal. Which of "
    "the two should a client reach?",
    "Look at the options that your server sets on the listener, and at the "
    "`except` around bind().",
    "SO_REUSEADDR forgives what is left over, and no more. On Linux, SO_REUSEPORT lets "
    "several programs listen at one port.",
    "Two cafés cannot have one door. The second reads: "
    '"This address has a tenant already", and leaves with exit status 1.',
)
def second_is_turned_away(run: Run) -> NotYet | None:
    second = run.actors[1]
    refused = next((c for c in second.calls("bind") if c.error), None)
    if refused is not None and second.crash is None and second.status == 1:
        return None
    if not second.started:
        return NotYet(
            f"Your server was to be started a second time, and the first one never "
            f"came to rest: it {run.actors[0].ending}.",
            "What should the first server be waiting for?",
        )
    if refused is None:
        return NotYet(
            "Your server was started twice, and the second one was not turned away: "
            f"it {second.ending}.",
            "How does a server learn that its port has an owner?",
        )
    return NotYet(
        f"Your server was started twice. The second one was turned down in bind() on "
        f"line {refused.line}, and {second.ending}.",
        "How did your server end with one sentence and exit status 1 in lesson 01?",
        refused.end,
    )


# -- known mistakes: the client ----------------------------------------------


@lesson.mistake
def client_wants_the_port_itself(run: Run) -> NotYet | None:
    if "client.py" not in run:
        return None
    for call in run.client.calls("bind"):
        if ", 5555" in _given(call):
            return NotYet(
                f"Line {call.line} of your client, `{run.client.code(call.line)}`, "
                "asks to own port 5555. That is the server's: a client gets a port "
                "from the operating system when it connects.",
                "Does a client own the server's port, or connect to it?",
                call.start,
            )
    return None


@lesson.mistake
def server_connects_too(run: Run) -> NotYet | None:
    for server in _servers(run):
        for call in server.calls(*CONNECTS):
            return NotYet(
                f"Line {call.line} of your server, `{server.code(call.line)}`, "
                f"connects to {_given(call)}, or tries to. Connecting is the client's "
                "part, in a program of its own.",
                "Which of the two programs waits for the other to connect?",
                call.start,
            )
    return None


@lesson.mistake
def asks_before_it_connects(run: Run) -> NotYet | None:
    client = run.client if "client.py" in run else None
    waits = client.calls(*KEYBOARD) if client else []
    call = connected(client) if client else None
    if client is None or call is None or not waits or waits[0].start > call.start:
        return None
    if any(wait.start > call.start for wait in waits):
        return None
    return NotYet(
        f"Your client waits for Enter on line {waits[0].line}, and connects after "
        f"that, on line {call.line}. It does not wait for Enter again, and so it does "
        "not stay connected.",
        "Which should come first, connecting or waiting?",
        call.start,
    )


@lesson.mistake
def hangs_up_before_it_waits(run: Run) -> NotYet | None:
    client = run.client if "client.py" in run else None
    call = connected(client) if client else None
    if client is None or call is None:
        return None
    closed, waits = _closing(client, call), client.calls(*KEYBOARD)
    if closed is None or not waits or closed.start > waits[0].start:
        return None
    return NotYet(
        f"Your client connected on line {call.line}. Then its socket was closed by "
        f"{client.closed_by(closed)}, and only after that it waits for Enter, on line "
        f"{waits[0].line}. When it waits for Enter, it has hung up already.",
        "What must a function hand back, so that the socket lives on?"
        if closed.result == "dropped"
        else "Which lines should run while the socket is open?",
        closed.start,
    )


@lesson.mistake
def hangs_up_at_once(run: Run) -> NotYet | None:
    client = run.client if "client.py" in run else None
    call = connected(client) if client else None
    if client is None or call is None or client.calls(*KEYBOARD):
        return None
    if client.wait is not None or client.crash is not None:
        return None
    return NotYet(
        f"Your client connected on line {call.line}, ran to its end and hung up with "
        "that, in one moment.",
        "What could it wait for while it is connected?",
        call.end,
    )


@lesson.mistake
def end_of_input_not_caught(run: Run) -> NotYet | None:
    client = run.client if "client.py" in run else None
    crash = client.crash if client else None
    if client is None or crash is None or "EOFError" not in (crash.error or ""):
        return None
    caught = [names for _, names in client.handlers(crash.line) if names]
    only = f" Your `except {caught[0]}` does not catch it." if caught else ""
    return NotYet(
        f"Your client was connected when the keyboard's input ended (Ctrl-D does "
        f"that). input() on line {crash.line} raised EOFError, and your client ended "
        f"with a traceback.{only}",
        "How did your server of lesson 02 stay calm at this place?",
        run.recording.events.index(crash),
    )


@lesson.mistake
def refusal_not_caught(run: Run) -> NotYet | None:
    client = _alone(run)
    crash = client.crash if client else None
    if client is None or crash is None or "Refused" not in (crash.error or ""):
        return None
    caught = [(line, names) for line, names in client.handlers(crash.line) if names]
    if caught and re.search("ConnectionError|OSError|Exception|Refused", caught[0][1]):
        return None  # caught, and raised again
    return NotYet(
        f"No server was running, so connect() on line {crash.line} raised "
        "ConnectionRefusedError. "
        + (
            f"Your `except {caught[0][1]}` on line {caught[0][0]} does not catch that."
            if caught
            else "Nothing caught it, and the terminal shows a traceback."
        ),
        "What should somebody read who forgot to start the server?",
        run.recording.events.index(crash),
    )


@lesson.mistake
def goes_on_without_a_server(run: Run) -> NotYet | None:
    client = _alone(run)
    refused = _refused(client) if client else None
    if client is None or refused is None:
        return None
    later = [c for c in client.calls(*KEYBOARD) if c.start > refused.start]
    if not later:
        return None
    return NotYet(
        f"No server was running. Your client caught the refusal of line "
        f"{refused.line} and went on all the same: it waits on line {later[0].line} "
        "to hang up, and has no connection.",
        "What should the program do once it has said that it cannot connect?",
        later[0].start,
    )


@lesson.mistake
def ends_as_if_all_were_well(run: Run) -> NotYet | None:
    client = _alone(run)
    refused = _refused(client) if client else None
    if client is None or refused is None or client.wait or client.status != 0:
        return None
    said = client.printed_between(refused.start) + client.complained
    if not said.strip():
        return None
    return NotYet(
        f"No server was running, and your client says so: {quoted(said)}. Then it ends "
        "with exit status 0, which tells other programs that all went well.",
        "What happens if you give the sentence to sys.exit(), not to print()?",
        refused.end,
    )


# -- known mistakes: the server ----------------------------------------------


@lesson.mistake
def talks_on_the_listener(run: Run) -> NotYet | None:
    for server in _servers(run):
        listening = {call.socket for call in server.calls("listen")}
        for call in server.calls(*SENDS, *RECEIVES):
            if call.socket in listening and call.error:
                return NotYet(
                    f"Your server calls {call.name}() on line {call.line} on the "
                    f"listener, which is connected with nobody: {call.error}.",
                    "There are two sockets now. Which of them is for this one client?",
                    call.end,
                )
    return None


@lesson.mistake
def one_name_for_two_things(run: Run) -> NotYet | None:
    for server in _servers(run):
        crash = server.crash
        if crash is None or "'tuple' object" not in (crash.error or ""):
            continue
        taken = accepted(server)
        if taken is None:
            continue
        return NotYet(
            f"accept() on line {taken.line} gave your server two things in one pair, "
            "a socket and the client's address. Line "
            f"{crash.line}, `{server.code(crash.line)}`, uses the pair as if it were "
            f"the socket: {crash.error}.",
            "How does Python take a pair apart into two names?",
            run.recording.events.index(crash),
        )
    return None


@lesson.mistake
def accepts_before_it_listens(run: Run) -> NotYet | None:
    for server in _servers(run):
        for call in server.calls("accept"):
            listens = [c for c in server.calls("listen") if c.socket == call.socket]
            if call.error and not [c for c in listens if c.start < call.start]:
                return NotYet(
                    f"Your server calls accept() on line {call.line}, and its socket "
                    f"does not listen by then: {call.error}.",
                    "Which call lets clients queue, so that one can be taken?",
                    call.end,
                )
    return None


@lesson.mistake
def waits_for_enter_only(run: Run) -> NotYet | None:
    for server in _servers(run):
        waits = server.calls(*KEYBOARD)
        if not waits or not server.calls("listen") or _mentions(server, "accept"):
            continue
        return NotYet(
            f"Your server waits for Enter on line {waits[0].line}, as in lesson 02, "
            "and not for a client. A client that connects is put into the queue and "
            "hears nothing.",
            "Which call takes a client out of the queue, or waits until there is one?",
            waits[0].start,
        )
    return None


@lesson.mistake
def waits_for_enter_first(run: Run) -> NotYet | None:
    for server in _servers(run):
        waits, accepts = server.calls(*KEYBOARD), server.calls("accept")
        if not waits or not server.calls("listen") or not _mentions(server, "accept"):
            continue
        if accepts and accepts[0].start < waits[0].start:
            continue
        return NotYet(
            f"Your server still waits for Enter, on line {waits[0].line}, before it "
            "comes to accept(). Clients wait in the queue until somebody presses a "
            "key.",
            "Two lines of your server wait. Which of them waits for a client?",
            waits[0].start,
        )
    return None


@lesson.mistake
def waits_for_enter_afterwards(run: Run) -> NotYet | None:
    first = next(iter(_servers(run)), None)
    taken = accepted(first) if first else None
    if first is None or taken is None:
        return None
    waits = [c for c in first.calls(*KEYBOARD) if c.start > taken.start]
    if not waits:
        return None
    return NotYet(
        f"Your server took the client on line {taken.line}, and then waits for Enter "
        f"on line {waits[0].line}. It does not end by itself, and the port stays "
        "taken.",
        "Does anything in this server still need the keyboard?",
        waits[0].start,
    )


@lesson.mistake
def takes_one_client_after_the_other(run: Run) -> NotYet | None:
    first = next(iter(_servers(run)), None)
    taken = accepted(first) if first else None
    if first is None or taken is None:
        return None
    more = [c for c in first.calls("accept") if c.start > taken.start]
    if not more:
        return None
    return NotYet(
        f"Your server took a client, and went back to accept() on line {more[0].line} "
        "to wait for another one. It still owns the port. From lesson 04 on it will do "
        "that; here it takes one client and ends.",
        "Which statement makes it go round again?",
        more[0].start,
    )


@lesson.mistake
def waits_for_words(run: Run) -> NotYet | None:
    for server in _servers(run):
        reads = [c for c in server.calls(*RECEIVES) if c.blocked]
        if not reads or accepted(server) is None:
            continue
        return NotYet(
            f"Your server took the client, and then waits for bytes in "
            f"{reads[0].name}() on line {reads[0].line}. In this lesson nobody speaks: "
            "the server says who connected and hangs up.",
            "Which line should follow when your server has said who connected?",
            reads[0].start,
        )
    return None


@lesson.mistake
def names_itself(run: Run) -> NotYet | None:
    if run.names != PAIR.programs:
        return None
    server = run.server
    taken = accepted(server)
    client = run.recording.sockets[taken.new or 0].remote if taken else None
    if taken is None or client is None:
        return None
    said = [
        line
        for line in server.printed_between(taken.end or 0).splitlines()
        if "5555" in line and str(client[1]) not in line
    ]
    if not said or str(client[1]) in server.printed:
        return None
    return NotYet(
        f"Your server took the client {client[0]}:{client[1]} and prints "
        f"{quoted(said[0])}. 5555 is its own port, not the client's.",
        "accept() gives two things. Which of them tells who the client is?",
        taken.end,
    )


@lesson.mistake
def option_comes_too_late(run: Run) -> NotYet | None:
    if len(run.actors) < 3:
        return None
    for bound in run.actors[0].calls("bind"):
        for option in _options(run.actors[0], bound, "SO_REUSEADDR"):
            if option.start > bound.start:
                return NotYet(
                    f"Your server sets SO_REUSEADDR on line {option.line}, after "
                    f"bind() on line {bound.line}. bind() asks whether what is left "
                    "over matters, and at that moment it still does.",
                    "In which order should the two lines stand?",
                    option.start,
                )
    return None


@lesson.mistake
def left_over_in_the_way(run: Run) -> NotYet | None:
    if len(run.actors) < 3:
        return None
    first, second = run.actors[0], run.actors[2]
    refused = next((c for c in second.calls("bind") if c.error), None)
    if refused is None or first.wait is not None or not accepted(first):
        return None
    if _options(second, refused, "SO_REUSEADDR"):
        return None
    return NotYet(
        "Your server took a client, hung up first, and ended. Its end of that "
        "connection is left over at port 5555 for a while (in FIN_WAIT_2, and "
        "in TIME_WAIT once the client has hung up), so bind() on line "
        f"{refused.line} was turned down when your server was started again.",
        "Which option of a socket says that what is left over is no reason to turn "
        "bind() down?",
        refused.end,
    )


@lesson.mistake
def shares_its_port(run: Run) -> NotYet | None:
    if len(_servers(run)) < 2:
        return None
    for server in _servers(run):
        for bound in server.calls("bind"):
            for option in _options(server, bound, "SO_REUSEPORT"):
                return NotYet(
                    f"Your server sets SO_REUSEPORT on line {option.line}. With that, "
                    "a second server may listen at the same port, and the operating "
                    "system gives each client to one of the two.",
                    "Which option forgives what is left over, and keeps other servers "
                    "out?",
                    option.start,
                )
    return None


# -- what several of them ask ------------------------------------------------


def connected(client: Actor) -> Call | None:
    """The call that connected the client with a server."""
    for call in client.calls("connect"):
        if call.worked:
            return call
    for call in client.calls("connect_ex"):
        if call.worked and call.result == "0":
            return call
    return None


def accepted(server: Actor) -> Call | None:
    """The call that took the first client."""
    return next((call for call in server.calls("accept") if call.worked), None)


def _servers(run: Run) -> list[Actor]:
    return [
        actor
        for name, actor in zip(run.names, run.actors, strict=True)
        if name == "server.py"
    ]


def _alone(run: Run) -> Actor | None:
    """The client, if it was run without a server."""
    return run.client if run.names == ("client.py",) else None


def _is_refusal(call: Call) -> bool:
    """Whether the operating system at the other side said no."""
    number = call.result in ("111", "61", "10061")  # what connect_ex() returns
    return number or "Refused" in (call.error or "")


def _refused(client: Actor) -> Call | None:
    for call in client.calls(*CONNECTS):
        if call.error or call.result not in (None, "0"):
            return call
    return None


def _closing(actor: Actor, call: Call) -> Call | None:
    """The call that closed the socket of another call."""
    closings = actor.calls("close", "detach")
    return next((each for each in closings if each.socket == call.socket), None)


def _options(server: Actor, call: Call, name: str) -> list[Call]:
    """The calls that set an option, not to 0, on the socket of another call."""
    return [
        each
        for each in server.calls("setsockopt")
        if each.socket == call.socket
        and name in each.arguments
        and each.arguments[-1] not in ("0", "False")
    ]


def _given(call: Call) -> str:
    return call.arguments[0] if call.arguments else "nothing"


def _end(call: Call | None) -> int | None:
    return call.end if call else None


def _last_line(printed: str) -> str:
    lines = [line for line in printed.splitlines() if line.strip()]
    return lines[-1] if lines else ""


def _mentions(actor: Actor, method: str) -> bool:
    """Whether its text has a call of a method of this name."""
    return any(
        isinstance(each, ast.Attribute) and each.attr == method
        for each in ast.walk(ast.parse(actor.program.source))
    )
