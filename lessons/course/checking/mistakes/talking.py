"""Mistakes of programs that talk: from lesson 04 on, every lesson can tell them."""

from __future__ import annotations

import re
from itertools import pairwise

from lessons.course.checking import written
from lessons.course.checking.comparisons import comparisons, plain
from lessons.course.checking.evidence import SPECIFIC, Evidence, mistake
from lessons.course.checking.run import Participant
from lessons.course.checking.visitors import brought_down_by, has_more_to_say
from socketscope.reading.calls import KEYBOARD, RECEIVES, SENDS, Call

LINE = len(b"Hello Server!")
"""Bytes of a line that is said: one recv() should have room for it."""
LONGEST = 1_000
"""Letters of a line that any client should send."""
AGAIN = 4
"""Answers to one message: more are no answers."""
CLOSED = ("EBADF", "ENOTSOCK")
"""What a call on a closed socket raises; the second on Windows."""
WAYS = ("closed the connection (end of file)", "broke the connection off")
"""How a server goes away: the one that does both does so in this order."""
LOST = re.compile(r"(Connection(Reset|Aborted|Refused)?|BrokenPipe)Error")


# -- the server ------------------------------------------------------------------


@mistake()
def talks_on_the_listener(server: Participant) -> Evidence:
    """On line {call.line} your server calls {call.name}() on the socket that
    listens{name}. That one is connected with nobody, and the call failed: {call.error}.
    Ask: Which socket did accept() return for this client?"""
    listeners = {call.socket for call in server.calls("listen")}
    for call in server.calls(SENDS, RECEIVES):
        if call.socket in listeners and call.error and server.accepted:
            name = server.run.recording.sockets[call.socket or 0].name
            yield call.end, {"call": call, "name": f", {name}" if name else ""}


@mistake()
def overlooks_end_of_file(server: Participant) -> Evidence:
    """recv() on line {met.line} said b"", end of file: the client will send nothing
    more. Your server took no notice, called it again and again, and got the same answer
    each time.
    Ask: Which line of your loop could look for that answer, and what should happen
    then?"""
    for talk in server.accepted:
        if len(talk.ends_of_file) >= 3:
            yield talk.ends_of_file[1].start, {"met": talk.ends_of_file[0]}


@mistake(says=SPECIFIC)
def never_answers(server: Participant) -> Evidence:
    """Your server took {heard.data!q} on line {heard.line}, and no line of it sends
    anything. The client waits for its answer.
    Ask: Which call is the counterpart of recv()?"""
    for heard in [talk.heard for talk in server.accepted if talk.heard]:
        if not server.calls(SENDS) and ".send" not in server.program.source:
            yield heard.end, {"heard": heard}


@mistake()
def waits_for_more_before_it_answers(server: Participant) -> Evidence:
    """Your server took {heard.data!q} on line {heard.line} and has not answered. It
    stood in recv() on line {last.line} and waited for more, while the client waited for
    the answer.
    Ask: What has to come before your server answers, and does this client send that?"""
    for talk in server.accepted[:1]:
        reads = [call for call in talk.receives if call.end is None]
        if talk.heard and reads and server.wait and not talk.sent:
            yield reads[-1].start, {"heard": talk.heard, "last": reads[-1]}


@mistake()
def answers_without_receiving(server: Participant) -> Evidence:
    """Your server received {heard.data!q} on line {heard.line}, once, and sends on line
    {again.line} again and again. No recv() comes between.
    Ask: Which call should be reached again before the next answer?"""
    for talk in server.accepted:
        heard = next((call for call in reversed(talk.receives) if call.data), None)
        if heard is None or talk.receives[-1] is not heard:
            continue
        later = [call for call in talk.sends if call.start > heard.start]
        if len(later) > AGAIN:
            yield later[1].start, {"heard": heard, "again": later[1]}


@mistake()
def sends_back_how_python_writes_it(server: Participant) -> Evidence:
    """On line {call.line} your server sends {call.data!q}, with a b and quotes in it.
    This is how Python writes bytes down; str() and f-strings do that.
    Ask: Which variable holds the very bytes that arrived?"""
    for talk in server.accepted:
        heard = [repr(call.data).encode() for call in talk.receives if call.data]
        for call in talk.sends:
            if any(written in call.data for written in heard):
                yield call.start, {"call": call}


@mistake()
def hangs_up_after_one_answer(server: Participant) -> Evidence:
    """Your server answered {heard.data!q} and hung up: the connection was closed at
    line {talk.closed.line}. The client had a second thing to say{read}.
    Ask: Which of your lines belong to a client, and which to each of its messages?"""
    for talk in server.accepted[:1] if has_more_to_say(server.run) else ():
        heard, sent = talk.heard, [call for call in talk.sends if call.sent]
        one = heard and len(sent) == 1 and heard.start < sent[0].start
        if one and talk.closed and not talk.lost:
            more = talk.received != heard.data if heard else False
            read = ", which your server had read by then" if more else ""
            yield talk.closed.start, {"talk": talk, "heard": heard, "read": read}


@mistake()
def speaks_first(server: Participant) -> Evidence:
    """Your server sends {first.data!q} on line {first.line}, before the client has said
    anything. The client takes that for the answer to its first message.
    Ask: Who speaks first in this conversation?"""
    for talk in server.accepted[:1]:
        for first in talk.of(SENDS, RECEIVES)[:1]:
            if first.role == SENDS and first.sent:
                yield first.start, {"first": first}


@mistake()
def accepts_for_each_message(server: Participant) -> Evidence:
    """Your server answered {talk.received!q} and went back to accept() on line
    {again.line}, to wait for another client. Nobody reads the first client's second
    message.
    Ask: How often does one conversation need accept()?"""
    accepts = server.calls("accept")
    for talk in server.accepted[:1] if accepts[1:] and not server.crash else ():
        if not talk.sent or talk.lost:
            continue
        thread = {call.track for call in (*accepts[:2], talk.calls[0])}
        if len(thread) == 1 and has_more_to_say(server.run):
            yield accepts[1].start, {"talk": talk, "again": accepts[1]}


@mistake()
def accepts_outside_the_loop(server: Participant) -> Evidence:
    """The client hung up, and your server closed the connection on line {closed.line}.
    Then it came to line {crash.line}, `{code}`, with that same closed connection.
    Ask: Which call gives your server a connection with the next client, and where does
    it stand in relation to the loop?"""
    crash = server.crash
    if crash is None or crash.error.errno not in CLOSED:
        return
    code = server.code(crash.line)
    for talk in server.accepted if len(server.accepted) == 1 else ():
        name = server.run.recording.sockets[talk.socket].name or ""
        if talk.closed and name and written.uses(code, name):
            known = {"closed": talk.closed, "crash": crash, "code": code}
            yield crash.event, known


@mistake()
def ends_with_its_first_client(server: Participant) -> Evidence:
    """The first client hung up, which your server noticed on line {met.line}. Then your
    server {server.ending}, and the next client was refused.
    Ask: Which call should be reached again when a conversation is over?"""
    ended = not server.wait and not server.crash and len(server.accepted) == 1
    if ended and has_more_to_say(server.run):
        for met in server.accepted[0].ends_of_file[:1]:
            yield met.end, {"met": met}


@mistake()
def keeps_its_end_open(server: Participant) -> Evidence:
    """recv() on line {met.line} said b"", and your server went back to accept() on line
    {again.line}. Nothing has closed its end of the connection: the operating system
    shows it half-closed, in CLOSE_WAIT, at least until the next client comes.
    Ask: Who closes the socket that accept() returned, when a conversation is over?"""
    if len(server.accepted) < 2 or not server.run.left_open:
        return
    talk, again = server.accepted[0], server.calls("accept")[1]
    if talk.closed is None or talk.closed.result == "dropped":
        for met in talk.ends_of_file[:1] if has_more_to_say(server.run) else ():
            yield again.start, {"met": met, "again": again}


@mistake()
def dies_of_a_lost_connection(server: Participant) -> Evidence:
    """{behaved} That raised an exception on line {crash.line}, and it ended your whole
    server: {crash.error}.
    Ask: Where could an `except OSError` stand, so that only this one conversation
    ends?"""
    crash, behaved = server.crash, brought_down_by(server.run)
    if crash and behaved and not server.wait and LOST.match(crash.error.name):
        yield crash.event, {"behaved": behaved, "crash": crash}


@mistake()
def ends_with_a_bad_client(server: Participant) -> Evidence:
    """{behaved} {broken.name}() on line {broken.line} raised an exception for that,
    which your server caught. It did not go on to the next client: it {server.ending}.
    Ask: Which loop should go on when one conversation breaks down?"""
    behaved = brought_down_by(server.run)
    if behaved and not server.crash and not server.wait:
        for broken in [talk.broken for talk in server.accepted[-1:] if talk.broken]:
            yield broken.end, {"behaved": behaved, "broken": broken}


@mistake()
def dies_of_bytes_that_are_no_text(server: Participant) -> Evidence:
    """{behaved} decode() on line {crash.line} cannot make UTF-8 text of that, raised a
    UnicodeDecodeError, and your whole server ended.
    Ask: What could decode() do with bytes that it does not understand, other than give
    up?"""
    crash, behaved = server.crash, brought_down_by(server.run)
    if crash and behaved and crash.error.name == "UnicodeDecodeError":
        yield crash.event, {"behaved": behaved, "crash": crash}


# -- the client ------------------------------------------------------------------


@mistake()
def both_wait_in_recv(server: Participant, client: Participant) -> Evidence:
    """Your client begins with {first.name}() on line {first.line}: it waits for your
    server to speak. Your server waits in recv(){theirs} for the client to speak. No
    error will ever come of that.
    Ask: Who speaks first in this conversation?"""
    for talk in client.connected:
        for first in talk.of(SENDS, RECEIVES)[:1]:
            if first.role == RECEIVES and not first.data:
                wait = server.wait
                theirs = f" on line {wait.line}" if wait and wait.line else ""
                yield first.start, {"first": first, "theirs": theirs}


@mistake()
def sends_an_empty_line(client: Participant) -> Evidence:
    """Your client handed the empty line to {sent.name}() on line {sent.line}. It has no
    bytes, so nothing travelled. Now your client waits in recv() on line {then.line} for
    an answer, and your server for a message.
    Ask: Where could your client notice that a line is empty, and ask once more?"""
    for talk in client.connected:
        for sent, then in pairwise(talk.of(SENDS, RECEIVES)):
            nothing = sent.role == SENDS and sent.worked and not sent.data
            if nothing and then.role == RECEIVES and then.end is None:
                yield sent.start, {"sent": sent, "then": then}


@mistake()
def ends_at_an_empty_line(client: Participant) -> Evidence:
    """An empty line was typed, and your client took it for a goodbye: it
    {client.ending}.
    Ask: Somebody has pressed Enter by mistake. What would they like to see?"""
    empty = client.typed("")
    if empty and not (client.wait or client.crash or client.asks_after(empty)):
        yield empty.end, {}


@mistake()
def reads_a_line_for_nothing(client: Participant) -> Evidence:
    """Your client read “{asked.text}” from the keyboard on line {asked.line}, and asked
    for another line, on line {again.line}, before it had sent anything.
    Ask: Which of the two should be sent, and what is the other one for?"""
    lines = client.calls(KEYBOARD)
    asks = [call for call in lines if call.text and len(call.text) < LONGEST]
    for talk in client.connected[:1]:
        for asked, again in pairwise(asks):
            unsent = not talk.sent_since(asked, again.start)
            if unsent and talk.sent_since(again) and not talk.lost:
                yield again.start, {"asked": asked, "again": again}


@mistake()
def asks_only_once(server: Participant, client: Participant) -> Evidence:
    """Your client asked for one line, on line {asked.line}, and {client.ending}. Nobody
    read the second one that was typed.
    Ask: Which of its steps should come again for each line?"""
    asked = client.calls(KEYBOARD)
    talks = [talk for talk in client.connected if talk.exchanges and not talk.lost]
    ended = not client.wait and client.program.status == 0
    if talks and len(asked) == 1 and ended:
        yield asked[0].start, {"asked": asked[0]}


@mistake()
def does_not_wait_for_the_reply(server: Participant, client: Participant) -> Evidence:
    """Your client sent {sent.data!q} on line {sent.line} and never called recv().{came}
    Ask: Where in your loop does recv() belong?"""
    answered = any(talk.sent for talk in server.accepted)
    came = " The reply has come, and nobody reads it." if answered else ""
    for talk in client.connected:
        for sent in [call for call in talk.sends if call.sent][:1]:
            if not talk.receives:
                yield sent.end, {"sent": sent, "came": came}


@mistake()
def stops_with_a_traceback(client: Participant) -> Evidence:
    """The server {way}, which your client met in {lost.name}() on line {lost.line}.
    Nobody caught the exception, so the terminal shows a traceback that ends with
    {crash.error}.
    Ask: What should a person who chats read instead of a traceback?"""
    crash = client.crash
    for lost in [talk.lost for talk in client.connected[:1] if talk.lost]:
        if crash and LOST.match(crash.error.name):
            yield crash.event, {"way": how_it_went(lost), "lost": lost, "crash": crash}


@mistake()
def takes_end_of_file_for_a_reply(client: Participant) -> Evidence:
    """The server has hung up: recv() on line {met.line} said b"", end of file. Your
    client takes that for a reply of no letters, shows it, and asks for the next line,
    on line {asks.line}.
    Ask: What does b"" from recv() mean, and how should your client treat it?"""
    for talk in client.connected[:1]:
        for met in talk.ends_of_file[:1]:
            said = [each for each in talk.exchanges if each.asked.start < met.start]
            asks = client.asks_after(met)
            if asks and not (said and said[-1].got):
                yield met.end, {"met": met, "asks": asks}


# -- both ------------------------------------------------------------------------


@mistake()
def reads_a_few_bytes(program: Participant) -> Evidence:
    """On line {call.line} your {program.role} calls recv({most}), which takes at most
    {most} bytes: {call.data!q}. It took that for the whole message. The rest comes with
    the next recv().
    Ask: For how many bytes should one recv() have room?"""
    for talk in program.accepted + program.connected:
        calls = talk.of(SENDS, RECEIVES)
        for before, call, then in zip([None, *calls], calls, calls[1:], strict=False):
            most = next((int(a) for a in call.arguments if a.isdigit()), 0)
            short = call.name == "recv" and call.data and len(call.data) == most < LINE
            alone = before is None or before.role == SENDS
            if short and alone and then.role == SENDS:
                yield call.end, {"call": call, "most": most}


@mistake()
def compares_bytes_with_text(program: Participant) -> Evidence:
    """On line {seen.line} your {program.role} compares {seen.value!r} with
    {seen.word!r}. One of them is bytes and the other is text, and those are never
    equal. Python does not complain about it.
    Ask: Of which type should both sides of this comparison be?"""
    met = comparisons(program)
    equal = [plain(each.word) for each in met if each.equal]
    for seen in met:
        same = plain(seen.value) == plain(seen.word) not in equal
        if same and not seen.of_one_type:
            yield seen.event, {"seen": seen}


@mistake(as_step=True)
def shows_bytes(server: Participant) -> Evidence:
    """Your server shows “{text}” as {written}: the b and the quotes say that these are
    bytes, and not text.
    Ask: Which method turns bytes into text?"""
    yield from _bytes_shown(server)


@mistake(as_step=True)
def shows_a_reply_as_bytes(client: Participant) -> Evidence:
    """Your client shows “{text}” as {written}: the b and the quotes say that these are
    bytes, and not text.
    Ask: Which method turns bytes into text?"""
    yield from _bytes_shown(client)


# -- what several of them ask ----------------------------------------------------


def _bytes_shown(program: Participant) -> Evidence:
    for call in program.calls(RECEIVES):
        text, written = call.data.decode(errors="ignore"), repr(call.data)
        only = text not in program.printed.replace(written, "")
        if text and written in program.printed and only:
            yield program.event_with(written), {"text": text, "written": written}


def how_it_went(lost: Call) -> str:
    """How a server went away, by the call in which its client met that."""
    return WAYS[0] if lost.worked else WAYS[1]
