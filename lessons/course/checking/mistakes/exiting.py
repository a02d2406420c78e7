"""Mistakes with the word that ends a chat, its goodbye, and who closes first."""

from __future__ import annotations

from itertools import pairwise

from lessons.course.checking import written
from lessons.course.checking.comparisons import comparisons
from lessons.course.checking.evidence import SPECIFIC, Evidence, mistake
from lessons.course.checking.mistakes.talking import LOST
from lessons.course.checking.run import Conversation, Participant, came_after
from lessons.course.checking.visitors import doing
from socketscope.reading.calls import Call

GOODBYE = b"Goodbye!"
LEFT = "[INFO] Client disconnected."


# -- the word ----------------------------------------------------------------------


@mistake()
def asks_for_the_same_object(program: Participant) -> Evidence:
    """On line {seen.line} your {program.role} compares {seen.value!r} with
    {seen.word!r} by `is`. That asks whether both are one and the same object, and not
    whether they have the same letters.
    Ask: Which sign compares the letters?"""
    for seen in comparisons(program):
        if seen.identity and seen.equal:
            yield seen.event, {"seen": seen}


@mistake()
def compares_with_another_word(program: Participant) -> Evidence:
    """On line {seen.line} your {program.role} compares {seen.value!r} with
    {seen.word!r}. Those are not the same: every letter, capital, space and line end
    counts.
    Ask: Where does the part that differs come from?"""
    met = [each for each in comparisons(program) if each.word]
    for seen in met if not any(each.equal for each in met) else ():
        said = seen.value.strip() in ("exit", b"exit")
        if seen.of_one_type and said:
            yield seen.event, {"seen": seen}


@mistake()
def keeps_exit_to_itself(client: Participant) -> Evidence:
    """ "exit" was typed on line {typed.line}, and your client left without sending it.
    The server took that for a client that hung up, and goes on waiting for others.
    Ask: How does the server learn of "exit", and what has to come before the loop
    ends?"""
    for typed, talk in exiting(client):
        ended = not client.crash and not client.wait
        if ended and not talk.sent_since(typed) and not talk.lost:
            yield typed.end, {"typed": typed}


# -- the goodbye -------------------------------------------------------------------


@mistake()
def does_not_wait_for_goodbye(client: Participant) -> Evidence:
    """Your client sent "exit" and closed the connection without receiving the answer:
    nobody has read the server's “Goodbye!”.
    Ask: Which steps does your loop leave out for the last message?"""
    for typed, talk in exiting(client):
        said = talk.sent_since(typed)
        heard = any(came_after(call, typed) for call in talk.receives)
        ended = not client.wait and not client.crash
        if said and not heard and ended and not goodbyes(client):
            yield typed.end, {}


@mistake()
def does_not_show_the_goodbye(client: Participant) -> Evidence:
    """Your client received “Goodbye!” on line {got.line}, and its terminal does not
    show it.
    Ask: Which comes first in your loop after recv(): showing the reply, or leaving?"""
    for got in goodbyes(client):
        if GOODBYE.decode() not in client.terminal and not client.crash:
            yield got.end, {"got": got}


@mistake()
def goes_on_after_the_goodbye(client: Participant) -> Evidence:
    """The server has said “Goodbye!”, and your client asks for one more line, on line
    {again.line}.
    Ask: What is different after "exit", and which line of your loop could look for
    it?"""
    for typed, _ in exiting(client):
        again = client.asks_after(typed)
        for got in goodbyes(client)[:1]:
            if again and again.start > got.start:
                yield again.start, {"again": again}


@mistake()
def both_wait_for_the_other_to_close(
    server: Participant, client: Participant
) -> Evidence:
    """“Goodbye!” has arrived. Your client then waits in recv() on line {ours.line}, and
    your server in recv() on line {theirs.line}{until}. Each waits for the other to
    close.
    Ask: Which of the two closes first in this chat, and what does it still have to
    receive?"""
    talks = zip(client.connected[-1:], server.accepted[-1:], strict=False)
    for ours, theirs in [(a.receives[-1:], b.receives[-1:]) for a, b in talks]:
        if not ours or not theirs or ours[0].data or not goodbyes(client):
            continue
        late = theirs[0].error is not None and theirs[0].error.timed_out
        went_on = ours[0].start < (theirs[0].end or client.run.end)
        if went_on and (late or theirs[0].end is None):
            until = ", until its time was up" if theirs[0].error else ""
            known = {"ours": ours[0], "theirs": theirs[0]}
            yield ours[0].start, known | {"until": until}


@mistake()
def says_goodbye_twice(server: Participant) -> Evidence:
    """Your server sent “Goodbye!” on line {first.line}, and once more on line
    {again.line}. The client waits for one.
    Ask: Which of the two lines belongs to the end of the chat?"""
    for talk in server.accepted:
        said = [call for call in talk.sends if GOODBYE in call.data]
        for first, again in pairwise(said):
            yield again.start, {"first": first, "again": again}


@mistake()
def prints_the_goodbye_only(server: Participant) -> Evidence:
    """Your server prints “Goodbye!” on its own terminal. The client, which waits for
    it, gets nothing.
    Ask: Which call takes words to the other side?"""
    for talk in server.accepted:
        asked = talk.received.strip().endswith(b"exit") and GOODBYE not in talk.sent
        printed = GOODBYE.decode() in server.printed_between(talk.began)
        if asked and printed and not server.crash:
            yield server.event_with(GOODBYE.decode()), {}


@mistake(says=SPECIFIC)
def dies_in_the_goodbye(server: Participant) -> Evidence:
    """A client said "exit" and broke the connection off without waiting for the
    goodbye. Your server met that on line {crash.line}, and shows a traceback that ends
    with {crash.error}, where “[INFO] Server shutting down.” belongs.
    Ask: Which lines talk to that client after it has said "exit", and which `try` is
    around them?"""
    crash = server.crash
    for talk in server.accepted[-1:]:
        said = talk.received.strip().endswith(b"exit")
        if said and crash and LOST.match(crash.error.name):
            yield crash.event, {"crash": crash}


# -- who closes, and what ends -------------------------------------------------------


@mistake()
def server_closes_first(server: Participant, client: Participant) -> Evidence:
    """Your server sent “Goodbye!” and closed the connection{where} before the client
    did. The side that closes first keeps TIME_WAIT: now that is port 5555, the one that
    your server needs again.
    Ask: Which answer of recv() tells your server that the client has closed?"""
    first = server.run.server_closed_first
    for talk in server.accepted[-1:] if first is not None else ():
        if any(call.error and call.error.timed_out for call in talk.receives):
            continue  # it has waited for the client
        if talk.sent.strip().endswith(GOODBYE):
            there = talk.closed and talk.closed.end == first
            where = f" at line {talk.closed.line}," if talk.closed and there else ""
            yield first, {"where": where}


@mistake()
def leaves_only_the_inner_loop(server: Participant) -> Evidence:
    """After "exit" and the goodbye your server went back to accept() on line
    {again.line}, and waits for another client. Nothing will end it.
    Ask: Which loops are around the place where you found "exit", and which of them does
    your program leave there?"""
    for talk in server.accepted[-1:]:
        waits = server.wait and server.wait.call == "accept" and not server.crash
        if waits and talk.sent.strip().endswith(GOODBYE):
            again = server.calls("accept")[-1]
            yield again.start, {"again": again}


@mistake(says=SPECIFIC)
def ignores_what_it_returned(server: Participant) -> Evidence:
    """After "exit" and the goodbye your server went back to accept(). Line {line},
    `{code}`, does nothing with what {name}() returns.
    Ask: Who needs to know how {name}() ended?"""
    for talk in server.accepted[-1:]:
        waits = server.wait and server.wait.call == "accept" and not server.crash
        for line, name in written.ignored(server) if waits else ():
            if talk.sent.strip().endswith(GOODBYE):
                known = {"line": line, "name": name, "code": server.code(line)}
                yield server.calls("accept")[-1].start, known


@mistake()
def answers_before_it_compares(server: Participant) -> Evidence:
    """A client said "exit", and your server answered {answer.data!q} on line
    {answer.line}, as it does to every message. Only then it came to the goodbye.
    Ask: What should your server look at before it answers?"""
    for talk in server.accepted:
        for exchange, _ in zip(talk.sends, talk.sends[1:], strict=False):
            heard = [c.data for c in talk.receives if (c.end or 0) < exchange.start]
            if heard[-1:] == [b"exit"] and GOODBYE not in exchange.data:
                yield exchange.start, {"answer": exchange}


@mistake(says=SPECIFIC)
def ends_without_exit(server: Participant) -> Evidence:
    """The first client hung up without "exit", which your server met on line
    {met.line}. It took that for the end of everything: it {server.ending}.
    Ask: Which call should be reached again after end of file, and not after "exit"?"""
    if not doing(server.run, "leave_without_exit") or server.wait or server.crash:
        return
    for talk in server.accepted if len(server.accepted) == 1 else ():
        for met in talk.ends_of_file[:1]:
            yield met.end, {"met": met}


@mistake()
def reports_exit_as_a_disconnection(
    server: Participant, client: Participant
) -> Evidence:
    """Your client said "exit", and your server shows both that it requested
    disconnection and “[INFO] Client disconnected.”. The second is for clients that
    leave without "exit".
    Ask: After which of the two ways to end a conversation should that line be
    printed?"""
    if LEFT in server.printed and "requested disconnection" in server.printed:
        yield server.event_with(LEFT), {}


# -- what several of them ask --------------------------------------------------------


def exiting(client: Participant) -> list[tuple[Call, Conversation]]:
    """Where somebody typed "exit", with the client's conversation."""
    typed = client.typed("exit")
    return [(typed, talk) for talk in client.connected[:1] if typed]


def goodbyes(client: Participant) -> list[Call]:
    """The calls that received the goodbye."""
    received = [call for talk in client.connected for call in talk.receives]
    return [call for call in received if GOODBYE in call.data]
