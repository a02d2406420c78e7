"""Every sentence that a drawing says of what happens, in one place.

They are short, in the present tense, and true of TCP (RFC 9293). A sentence
claims an order between two programs only where one thing causes the other;
elsewhere it says "in this run". What learners wrote is quoted and escaped
here, so that no control character reaches a drawing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from socketscope.drawing.captions import named, verdict
from socketscope.drawing.labels import WORDS, ending
from socketscope.drawing.scene import Scene
from socketscope.drawing.story import Moment
from socketscope.reading import calls
from socketscope.reading.words import (
    address,
    amount,
    awaited,
    clean,
    cut,
    joined,
    payload,
    quoted,
    seconds,
    several,
    who,
)
from socketscope.recording import Event, Recording

Say = Callable[[Scene], str] | str
"""What makes a sentence of a scene: a function, or a text with fields."""


def sentence(s: Scene) -> str:
    """What happens at this moment, in one or two short sentences."""
    said = _said(_KINDS[s.moment.kind], s)
    for arrow in s.did.late:
        owner = who(s.recording, arrow.source[0])
        said += f" The connection that {owner} had closed ends by now: nothing uses it."
    return said


def _said(say: Say, s: Scene) -> str:
    return say.format(s=s) if isinstance(say, str) else say(s)


def _line(s: Scene) -> str:
    said = WORDS["comes_to"].format(who=s.who, line=s.moment.line)
    changed = changes(s.event)
    return said + WORDS["now"].format(now=changed) if changed else said


def changes(event: Event) -> str:
    """Variables that changed, as `message = 'exit' and tries = 2`."""
    some = event.variables[:2]
    return joined([f"{clean(name)} = {cut(clean(value), 40)}" for name, value in some])


def _output(s: Scene) -> str:
    text = cut(clean((s.text or "").strip()), 60)
    return WORDS["prints"].format(who=s.who, text=text)


def _crash(s: Scene) -> str:
    line = f" on line {s.moment.line}" if s.moment.line else ""
    return f"{s.who} crashes{line}, because nobody catches {s.error}."


def _exit(s: Scene) -> str:
    ends = " ".join([s.who, *filter(None, ending(s))])
    if s.did.arrows and s.did.unseen:
        return f"{ends}. What it had open is closed by then."
    if any(arrow.kind == "rst" for arrow in s.did.arrows):
        return f"{ends}. The operating system breaks off the connection it left{s.rst}."
    if s.did.arrows:
        return f"{ends}. The operating system closes what it left open{s.fin}."
    return f"{ends}."


def _gone(s: Scene) -> str:
    said = f"The process of {s.who} is gone."
    if s.did.arrows and s.did.unseen:
        said += " What it had open is closed by then."
    elif s.did.arrows:
        said += " The operating system closes what it left open."
    elif any(mark.state == "TIME_WAIT" for mark in s.moment.marks):
        said += " The operating system keeps its connection in TIME_WAIT."
    return said


def _end(s: Scene) -> str:
    """How it ended, and who holds TIME_WAIT."""
    said = verdict(s.recording)
    holders = [end for end in s.moment.ends if end.state == "TIME_WAIT"]
    if holders:
        names = sorted({who(s.recording, end.program) for end in holders})
        pairs = {(end.local, end.remote) for end in holders}
        if any((remote, local) in pairs for local, remote in pairs):
            said += f" The goodbyes of {named(names)} crossed"  # RFC 9293, 3.6
        else:
            said += f" {named(names)} said goodbye first"
        ends = "that end" if len(holders) == 1 else "those ends"
        said += f": the operating system keeps {ends} in TIME_WAIT for a while."
    return said


def _wait(s: Scene) -> str:
    what, timeout = s.awaited, s.event.timeout
    if s.role == calls.SLEEPS:
        return f"{s.who} sleeps" + (f" for {seconds(timeout)}." if timeout else ".")
    if s.role == calls.KEYBOARD and "keyboard" in s.event.waits_for:
        return f"{s.who} waits for {what}."
    gives_up = "" if timeout is None else f" It gives up after {seconds(timeout)}."
    if s.did.arrows:
        return (
            f"{s.who} calls {s.call}() with {_sent(s)}. What fits goes on its way; "
            f"for the rest {s.call}() waits for {what}.{gives_up}"
        )
    return f"{s.who} waits in {s.call}() for {what}.{gives_up}"


def _sent(s: Scene) -> str:
    arrow = s.did.arrows[0]
    return payload(arrow.data, arrow.size)


def _called(s: Scene) -> str:
    """A call that is over, or that never came back."""
    if s.moment.call and s.moment.call.under_way:
        gives = f"raises {clean(s.raised.name)}" if s.raised else f"returns {s.result}"
        goes = "sets up the connection" if s.did.arrows else "goes on with it"
        return (
            f"{s.who} connects to {s.where} without waiting: {s.call}() {gives} at "
            f"once. The operating system {goes} by itself."
        )
    if s.error:
        return _failed(s)
    if s.event.kind == "call" and not s.did.arrows:
        return f"{s.who} calls {s.call}(), which does not return in this recording."
    if s.did.took is not None:
        return _took(s)
    say = _CALLS.get(s.call) or _ROLES.get(s.role)
    if say is not None:
        return _said(say, s)
    if s.did.empty:
        return f"{s.who} sends 0 bytes: nothing travels, and nobody wakes up."
    if s.role == calls.SENDS and s.did.arrows:
        return _send(s)
    gives = f", which returns {cut(s.result, 40)}" if s.result else ""
    if s.moment.kind == "back":
        result = f" {s.result}" if s.result else ""
        return f"{s.who} goes on: {s.call}() returns{result}."
    return f"{s.who} calls {s.call}(){gives}."


def _socket(s: Scene) -> str:
    if s.held and s.held.is_datagram:
        return f"{s.who} asks the operating system for a UDP socket."
    return f"{s.who} asks the operating system for a socket. It has no address yet."


def _setsockopt(s: Scene) -> str:
    option, value = (*map(clean, s.arguments), "", "", "")[1:3]
    if "REUSEADDR" in option and value not in ("0", "False"):
        return (
            f"{s.who} asks to have its port again even while an old connection "
            "is still in TIME_WAIT."
        )
    to = f" to {value}" if value else ""
    return f"{s.who} sets {option or 'an option'} of {s.socket}{to}."


def _bind(s: Scene) -> str:
    if s.held and s.held.is_datagram:
        return f"{s.who} binds {s.socket} to {s.where}: datagrams can arrive now."
    return f"{s.who} binds {s.socket} to {s.where}. Nobody can connect to it yet."


def _accept(s: Scene) -> str:
    if s.new is None:
        return f"{s.who} returns from accept()."
    client = f" {address(s.new.remote)}" if s.new.remote else ""
    named = f", {clean(s.new.name)}," if s.new.name else ""
    return (
        f"accept() gives {s.who} a new socket{named} for the client{client}. "
        f"{s.socket} goes on listening."
    )


def _connect(s: Scene) -> str:
    if not s.did.arrows:
        gives = f", which returns {s.result}" if s.result else ""
        return f"{s.who} calls {s.call}() with {s.where}{gives}."
    if s.did.arrows[0].kind == "refused":
        return _refused(s)
    return (
        f"{s.who} connects to {s.where}. The operating system sets up the "
        "connection by itself: accept() only hands it over."
    )


def _refused(s: Scene) -> str:
    if s.did.served:
        return f"Connection refused by {s.where}."
    return f"Connection refused: no program of this recording listens on {s.where}."


def _send(s: Scene) -> str:
    arrow = s.did.arrows[0]
    if arrow.kind == "datagram":
        return f"{s.who} sends one datagram: {_sent(s)}."
    if len(s.did.arrows) > 1:
        return (
            f"{s.call}() hands over {_sent(s)} and succeeds. But the other side has "
            f"closed, and its operating system answers with a reset{s.rst}."
        )
    they, them = ("It waits", "it") if arrow.size == 1 else ("They wait", "them")
    # What finds no room there stays with the operating system of this side.
    room = f"the receive queue of {s.reader}"
    queue = room if s.did.room else "the operating system"
    return f"{s.who} sends {_sent(s)}. {they} in {queue} until recv() takes {them}."


def _took(s: Scene) -> str:
    """recv returned: bytes, or end of file."""
    took = s.did.took
    assert took is not None
    if took.end_of_file and s.did.deaf:
        return (
            f'{s.call}() returns b"", end of file: {s.who} itself has shut down '
            "receiving, and nothing waits."
        )
    if took.end_of_file and took.left is None:
        return f'{s.call}() returns b"", end of file: nothing more will come.'
    if took.end_of_file:
        return (
            f'{s.call}() returns b"", end of file: the other side will send no more, '
            "and everything it sent has been read."
        )
    if not took.size and s.arguments[:1] == ("0",):
        return f"{s.call}() returns no bytes, as it was asked for none."
    said = f"{s.call}() gives {s.who} {payload(took.data, took.size)}."
    if took.sends > 1:
        said += (
            f" They were sent in {took.sends} pieces: TCP keeps no borders between"
            " messages."
        )
    if took.peeked:
        return f"{said} It only looks (MSG_PEEK): they stay in its receive queue."
    if took.left is None:
        return said
    if took.left:
        verb = "waits" if took.left == 1 else "wait"
        return f"{said} {amount(took.left)} {verb} in its receive queue now."
    return f"{said} Its receive queue is empty now."


def _close(s: Scene) -> str:
    kinds = {arrow.kind for arrow in s.did.arrows}
    if s.did.stands:
        what = "it" if s.did.listening else "the connection"
        why = "another thread's call on it is not over"
        why = why if s.did.stands == "call" else "something else still uses it"
        return f"{s.who} closes {s.socket}, but {what} stands: {why}."
    if s.did.listening:
        waiting = amount(len(s.did.arrows), "connection")
        verb = "is" if len(s.did.arrows) == 1 else "are"
        queue = f" {waiting} in its queue {verb} dropped{s.rst}." if kinds else ""
        return f"{s.who} closes {s.socket}, which takes no more clients.{queue}"
    if "rst" in kinds:
        lie = "lies" if s.did.unread == 1 else "lie"
        why = f" while {amount(s.did.unread)} {lie} unread" if s.did.unread else ""
        return (
            f"{s.who} closes {s.socket}{why}: the operating system breaks off the "
            f"connection{s.rst}."
        )
    if s.did.first_close is not None:
        return (
            f"{s.who} closes {s.socket}{s.fin}. Now both directions are closed, and "
            "the connection is over."
        )
    if kinds and s.end is not None and s.end.state == "FIN_WAIT_1":
        return (
            f"{s.who} closes {s.socket}. Behind the last byte, the operating system "
            f"tells the other side{s.fin}: no more will come."
        )
    if kinds:
        return (
            f"{s.who} closes {s.socket}. The operating system tells the other "
            f"side{s.fin}: no more bytes will come."
        )
    return f"{s.who} closes {s.socket}."


def _shutdown(s: Scene) -> str:
    ends = f"{s.who} shuts down {s.socket}"
    if s.moment.call is None or not s.moment.call.shuts("WR"):
        return f"{ends} for receiving."
    if not s.did.arrows:
        return f"{ends}."
    said = f"{s.who} says that it will send no more{s.fin}."
    if s.did.deaf:
        return f"{said} It asks to receive no more, either."
    if s.did.first_close is not None:
        return f"{said} So has the other side."
    return f"{said} It can still receive."


def _typed(s: Scene) -> str:
    if s.text is None:
        return f"The keyboard's end of file reaches {s.who}."
    if not s.text:
        return f"Someone presses Enter for {s.who}, with nothing typed."
    return f'Someone types "{cut(clean(s.text), 60)}" for {s.who}.'


def _sleep(s: Scene) -> str:
    return f"{s.who} wakes up." if s.moment.kind == "back" else f"{s.who} sleeps."


def _failed(s: Scene) -> str:
    assert s.raised is not None
    error, name = s.error, clean(s.raised.name)
    if any(arrow.kind == "refused" for arrow in s.did.arrows):
        return _refused(s)
    # Python's documentation of socket.sendall says so of every error.
    sent = " How much was sent is not known." if s.call == "sendall" else ""
    if s.raised.timed_out and s.role != calls.CONNECTS:
        return f"{s.call}() gives up waiting: {error}.{sent or _still_there(s)}"
    if s.raised.would_wait and s.moment.kind == "back":
        return f"{s.call}() has waited as long as it was to: it raises {name}."
    if s.raised.would_wait:
        return f"{s.call}() would have to wait, so it raises {name} at once.{sent}"
    why = {
        "ConnectionResetError": "the connection was reset",
        "BrokenPipeError": "this connection cannot send any more",
    }.get(name)
    if s.raised.errno == "EADDRINUSE":
        why = f"{s.where} is in use"
    if why:
        return f"{s.call}() fails: {why} ({name})."
    if name == "EOFError" and s.role == calls.KEYBOARD:
        return f"The keyboard's end of file reaches {s.who}."
    return f"{s.call}() of {s.who} fails: {cut(error, 120)}."


def _still_there(s: Scene) -> str:
    """What the operating system still has, where it was seen to have it."""
    end = s.end
    if end is None or end.state is None:
        return ""
    if end.state == "LISTEN":
        return f" {s.socket} goes on listening."
    return " The connection is still there." if end.remote else ""


_KINDS: dict[str, Say] = {
    "start": "{s.who} starts.",
    "line": _line,
    "output": _output,
    "track": "{s.who} begins: this program now does several things at a time.",
    "track_end": "{s.who} is over.",
    "crash": _crash,
    "cut": "{s.who} goes on: what it calls from here on is not shown.",
    "exit": _exit,
    "gone": _gone,
    "again": "The same happens again, {s.moment.times:,} times.",
    "end": _end,
    "wait": _wait,
    "call": _called,
    "back": _called,
}

_CALLS: dict[str, Say] = {
    "socket": _socket,
    "setsockopt": _setsockopt,
    "start": "{s.who} starts a thread, which runs beside it.",
}
_ROLES: dict[str, Say] = {
    calls.BINDS: _bind,
    calls.LISTENS: "{s.who} listens on {s.port}. From now on the operating system "
    "accepts connections for it, even before accept() is called.",
    calls.SERVES: "{s.who} makes a socket, binds it and listens, all in one call.",
    calls.ACCEPTS: _accept,
    calls.CONNECTS: _connect,
    calls.CLOSES: _close,
    calls.SHUTS: _shutdown,
    calls.SECURES: "{s.who} and the other side have agreed on keys (TLS): from here "
    "on, bytes travel encrypted.",
    calls.KEYBOARD: _typed,
    calls.SLEEPS: _sleep,
}


# --- the level "talk" -----------------------------------------------------


def everyone_waits(recording: Recording, moment: Moment) -> str:
    """Who waits for what, where nobody can go on by itself."""

    def said(index: int) -> str:
        event = recording.events[index]
        name = who(recording, event.program, event.track)
        what = awaited(recording, event) or "something"
        outside = calls.role_of(event.call) in calls.AWAITS_OUTSIDE
        where = "" if outside else f" in {clean(event.call or '')}()"
        return f"{name} waits{where} for {what}"

    return several(moment.waits[::-1], said, "thread") + "."


def talk(recording: Recording, moment: Moment, before: Sequence[Moment]) -> str:
    """The sentence of one stop of the talk.

    `before` holds the moments since the stop before, which are not stops
    themselves: what the same program has read there is told along with it.
    """
    if moment.kind == "wait" and moment.outside and not moment.did.arrows:
        return everyone_waits(recording, moment)
    said = sentence(Scene(recording, moment, fin="", rst=""))
    read = [m for m in before if m.did.took and m.program == moment.program]
    if not read or moment.kind == "end":
        return said  # the end may begin with the names of several
    last = read[-1]
    took = last.did.took
    assert took is not None
    name = who(recording, *last.lane)
    same = last.track == moment.track and said.startswith(name)
    if took.end_of_file and same:
        return f'{name} has read b"", end of file, and{said[len(name) :]}'
    if took.data and moment.role == calls.SENDS and same:
        return f"{name} has received {quoted(took.data, 24)} and{said[len(name) :]}"
    return said
