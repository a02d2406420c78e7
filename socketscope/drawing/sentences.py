"""Every sentence and label that a drawing says, in one place.

They are short, in the present tense, and true of TCP (RFC 9293). A sentence
claims an order between two programs only where one thing causes the other;
elsewhere it says "in this run". What learners wrote is quoted and escaped
here, so that no control character reaches a drawing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from socketscope.drawing.story import CONNECTS, KEYBOARD, SENDS, End, Moment, shuts
from socketscope.recording import Address, Event, Recording

LEVELS = {
    "talk": "what they say",
    "calls": "every call",
    "lines": "every line",
}
"""The levels of detail, and what the reader's switch calls them."""

SYSTEM = "In the operating system"
WORDS = {
    "comes_to": "{who} comes to line {line}.",
    "now": " Now {now}.",
    "prints": '{who} prints "{text}".',
    "not_started": "not started",
    "runs": "runs",
    "waits": "waits in",
    "paused": "paused by the recorder",
    "ended": "has ended",
    "crashed": "has crashed",
    "queue": "receive queue",
    "empty": "empty",
    "bytes": "bytes",
    "eof": "then end of file",
    "backlog": "waiting for accept()",
}
"""What the stepper puts together by itself."""
KEEPERS = {
    "": "",
    "queue": "not accepted yet",
    "system": "held by no program any more",
    "others": "closed, but something else still uses it",
}
"""Who has an end that no program of the recording holds (`End.keeper`)."""
INFERRED = (
    "SYN, ACK, FIN and RST are inferred from the calls and the TCP states, not "
    "captured; most ACKs are left out."
)
STATES_READ = "CAPITALS beside a line: the TCP state of that end."


def caption(recording: Recording, states: bool, segments: bool) -> list[str]:
    """What a reader must know about how the picture came about."""
    known = any(event.tcp is not None for event in recording.events)
    said = [STATES_READ] if states and known else []
    if segments:
        said.append(INFERRED)
    return said + [clean(note) for note in recording.notes]


# --- words ----------------------------------------------------------------


def clean(text: str) -> str:
    """The text without anything that could disturb a drawing: what is not
    printable (line ends, escape codes, direction marks) is written `\\x1b`."""
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape").decode()
        if not "\ud800" <= char <= "\udfff" else f"\\x{ord(char) & 0xFF:02x}"
        for char in text
    )  # fmt: skip


def source_lines(source: str) -> list[str]:
    """The lines of a program, as Python counts them, fit to be shown."""
    return [clean(line.expandtabs(4)) for line in re.split(r"\r\n|\r|\n", source)]


def cut(text: str, length: int) -> str:
    """At most `length` characters, an ellipsis where something is missing."""
    return text if len(text) <= length else text[: max(1, length - 1)] + "…"


def quoted(data: bytes, limit: int = 32) -> str:
    """The bytes as a reader knows them: text in quotes, else escaped bytes."""
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        if error.start < len(data) - 3 or not error.start:
            return cut(repr(data[: limit + 1]), limit + 3)
        text = data[: error.start].decode()  # the cut went through a character
    return f'"{cut(clean(text), limit)}"'


def amount(size: int, what: str = "byte") -> str:
    """`1 byte`, `16 bytes`, `50,000,000 bytes`."""
    return f"{size:,} {what}" if size == 1 else f"{size:,} {what}s"


def payload(data: bytes, size: int, limit: int = 32) -> str:
    """`"Hello", 5 bytes`: the first bytes, and how many there really are."""
    if not size:
        return "0 bytes"
    return f"{quoted(data, limit)}, {amount(size)}"


def address(where: Address | None) -> str:
    """`127.0.0.1:5555`, `[::1]:5555`."""
    if where is None:
        return "no address yet"
    host, port = where
    return clean(f"[{host}]:{port}" if ":" in host else f"{host}:{port}")


def joined(parts: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} and {parts[-1]}"


def seconds(number: float) -> str:
    """`1 second`, `0.4 seconds`."""
    return "1 second" if number == 1 else f"{number:g} seconds"


def cells(data: bytes) -> list[str]:
    """One short text for each byte of a queue: a letter, or its value in hex."""
    return [
        chr(byte) if 32 < byte < 127 else "␣" if byte == 32 else f"{byte:02x}"
        for byte in data
    ]


def thread_name(recording: Recording, program: int, thread: int) -> str:
    """The thread's name, without the function that Python puts behind it."""
    names = recording.programs[program].threads
    name = names[thread] if thread < len(names) else f"Thread-{thread}"
    return clean(cut(name.split(" (")[0], 18))


def program_name(recording: Recording, program: int) -> str:
    """`client.py`; where several have that name, `client.py (1)` and so on."""
    names = [other.name for other in recording.programs]
    name = names[program]
    if names.count(name) == 1:
        return clean(name)
    return f"{clean(name)} ({names[: program + 1].count(name)})"


def who(recording: Recording, program: int, thread: int = 0) -> str:
    """`server.py`, or `Thread-1 of server.py`."""
    name = program_name(recording, program)
    if not thread:
        return name
    return f"{thread_name(recording, program, thread)} of {name}"


# --- one moment -----------------------------------------------------------


@dataclass(frozen=True)
class Scene:
    """One moment with the events that it is about."""

    recording: Recording
    moment: Moment
    asked: Event | None = None
    """The `call` event."""
    answer: Event | None = None
    """The `block` or `return` event; the moment's own event otherwise."""

    @property
    def who(self) -> str:
        return who(self.recording, self.moment.program, self.moment.thread)

    @property
    def call(self) -> str:
        return clean(self.moment.call or "call")

    @property
    def error(self) -> str:
        return clean((self.answer.error if self.answer else None) or "")

    @property
    def socket(self) -> str:
        """The learner's name of the socket, or words for it."""
        for event in (self.asked, self.answer):
            if event is not None and event.socket is not None:
                return self.name(event.socket)
        return "a socket"

    def name(self, index: int) -> str:
        held = self.recording.sockets[index]
        return clean(held.name or "the socket")

    @property
    def end(self) -> End | None:
        """The socket of the call, as it stands after it."""
        if self.asked is None or self.asked.socket is None:
            return None
        held = self.recording.sockets[self.asked.socket]
        for end in self.moment.ends:
            if (end.local, end.remote) == (held.local, held.remote):
                return end
        return None

    @property
    def where(self) -> str:
        """The address that the call names, as `127.0.0.1 port 5555`."""
        arguments = self.asked.arguments if self.asked else ()
        text = clean(", ".join(arguments)).strip("()")
        parts = [part.strip(" '\"()") for part in text.split(",")]
        if len(parts) >= 2 and parts[1].isdigit():
            return f"{parts[0] or 'every address'} port {parts[1]}"
        return "an address"

    @property
    def port(self) -> str:
        if self.asked is not None and self.asked.socket is not None:
            local = self.recording.sockets[self.asked.socket].local
            if local is not None:
                return f"port {local[1]}"
        return "its port"

    @property
    def reader(self) -> str:
        """Whose receive queue the arrow of this moment ends in."""
        target = self.moment.arrows[0].target if self.moment.arrows else None
        if target is None:
            return "the other side"
        return who(self.recording, target[0])


def scene(recording: Recording, moment: Moment) -> Scene:
    """Look up the events that a moment is about."""
    events = recording.events
    asked = None if moment.call_event is None else events[moment.call_event]
    answer = events[moment.event] if moment.event < len(events) else None
    return Scene(recording, moment, asked, answer)


def sentence(recording: Recording, moment: Moment) -> str:
    """What happens at this moment, in one or two short sentences."""
    return _KINDS[moment.kind](scene(recording, moment))


def _start(s: Scene) -> str:
    return f"{s.who} starts."


def _line(s: Scene) -> str:
    said = WORDS["comes_to"].format(who=s.who, line=s.moment.line)
    changed = changes(s.answer) if s.answer else ""
    return said + WORDS["now"].format(now=changed) if changed else said


def changes(event: Event) -> str:
    """Variables that changed, as `message = 'exit' and tries = 2`."""
    some = event.variables[:2]
    return joined([f"{clean(name)} = {cut(clean(value), 40)}" for name, value in some])


def _output(s: Scene) -> str:
    text = cut(clean(((s.answer.text if s.answer else None) or "").strip()), 60)
    return WORDS["prints"].format(who=s.who, text=text)


def _thread(s: Scene) -> str:
    return f"{s.who} begins: this program now does several things at a time."


def _thread_end(s: Scene) -> str:
    return f"{s.who} is over."


def _crash(s: Scene) -> str:
    line = f" on line {s.moment.line}" if s.moment.line else ""
    return f"{s.who} crashes{line}, because nobody catches {s.error}."


def _exit(s: Scene) -> str:
    ends = " ".join([s.who, *filter(None, _ending(s))])
    if any(arrow.kind == "rst" for arrow in s.moment.arrows):
        return f"{ends}. The operating system breaks off the connection it left (RST)."
    if s.moment.arrows:
        return f"{ends}. The operating system closes what it left open (FIN)."
    return f"{ends}."


def _ending(s: Scene) -> tuple[str, str]:
    """`ends` and nothing, or `with status 3`; `is ended` and `by signal 9`."""
    signal = s.recording.programs[s.moment.program].signal
    if signal is not None:
        return "is ended", f"by signal {signal}"
    status = (s.answer.result if s.answer else None) or "0"
    return "ends", "" if status == "0" else f"with status {clean(status)}"


def _gone(s: Scene) -> str:
    kept = [mark for mark in s.moment.marks if mark.state == "TIME_WAIT"]
    said = f"The process of {s.who} is gone."
    if s.moment.arrows:
        return f"{said} The operating system closes what it left open."
    if kept:
        return f"{said} The operating system keeps its connection in TIME_WAIT."
    return said


def _end(s: Scene) -> str:
    """How it ended, and who holds TIME_WAIT."""
    said = clean(s.recording.verdict.sentence)
    holders = [end for end in s.moment.ends if end.state == "TIME_WAIT"]
    if holders:
        names = sorted({who(s.recording, end.program) for end in holders})
        pairs = {(end.local, end.remote) for end in holders}
        if any((remote, local) in pairs for local, remote in pairs):
            said += f" The goodbyes of {joined(names)} crossed"  # RFC 9293, 3.6
        else:
            said += f" {joined(names)} said goodbye first"
        ends = "that end" if len(holders) == 1 else "those ends"
        said += f": the operating system keeps {ends} in TIME_WAIT for a while."
    return said


def _wait(s: Scene) -> str:
    what = clean((s.answer.waits_for if s.answer else None) or "something")
    timeout = s.answer.timeout if s.answer else None
    gives_up = (
        "" if timeout is None or s.call == "sleep"
        else f" It gives up after {seconds(timeout)}."
    )  # fmt: skip
    if s.call in KEYBOARD and s.moment.call_event is not None and "key" in what:
        return f"{s.who} waits for {what}."
    if s.call == "sleep":
        return f"{s.who} sleeps" + (f" for {seconds(timeout)}." if timeout else ".")
    if s.moment.arrows:
        return (
            f"{s.who} calls {s.call}() with {_sent(s)}. What fits goes on its way; "
            f"for the rest {s.call}() waits for {what}.{gives_up}"
        )
    return f"{s.who} waits in {s.call}() for {what}.{gives_up}"


def _sent(s: Scene) -> str:
    arrow = s.moment.arrows[0]
    return payload(arrow.data, arrow.size)


def _called(s: Scene) -> str:
    """A call that is over, or that never came back."""
    if s.error:
        return _failed(s)
    if s.answer is not None and s.answer.kind == "call" and not s.moment.arrows:
        return f"{s.who} calls {s.call}(), which does not return in this recording."
    if s.moment.took is not None:
        return _took(s)
    say = _CALLS.get(s.call)
    if say is not None:
        return say(s)
    if s.call in SENDS and s.moment.arrows:
        return _send(s)
    if s.call in KEYBOARD:
        return _typed(s)
    result = clean((s.answer.result if s.answer else None) or "")
    gives = f", which returns {cut(result, 40)}" if result else ""
    if s.moment.kind == "back":
        return f"{s.who} goes on: {s.call}() returns{f' {result}' if result else ''}."
    return f"{s.who} calls {s.call}(){gives}."


def _socket(s: Scene) -> str:
    index = s.answer.socket if s.answer else None
    held = None if index is None else s.recording.sockets[index]
    if held is not None and held.type == "SOCK_DGRAM":
        return f"{s.who} asks the operating system for a UDP socket."
    return f"{s.who} asks the operating system for a socket. It has no address yet."


def _setsockopt(s: Scene) -> str:
    given = map(clean, s.asked.arguments if s.asked else ())
    option, value = (*given, "", "", "")[1:3]
    if "REUSEADDR" in option and value not in ("0", "False"):
        return (
            f"{s.who} asks to have its port again even while an old connection "
            "is still in TIME_WAIT."
        )
    to = f" to {value}" if value else ""
    return f"{s.who} sets {option or 'an option'} of {s.socket}{to}."


def _bind(s: Scene) -> str:
    udp = s.asked and s.asked.socket is not None and (
        s.recording.sockets[s.asked.socket].type == "SOCK_DGRAM"
    )  # fmt: skip
    if udp:
        return f"{s.who} binds {s.socket} to {s.where}: datagrams can arrive now."
    return f"{s.who} binds {s.socket} to {s.where}. Nobody can connect to it yet."


def _listen(s: Scene) -> str:
    return (
        f"{s.who} listens on {s.port}. From now on the operating system accepts "
        "connections for it, even before accept() is called."
    )


def _create_server(s: Scene) -> str:
    return f"{s.who} makes a socket, binds it and listens, all in one call."


def _accept(s: Scene) -> str:
    new = s.answer.new if s.answer else None
    if new is None:
        return f"{s.who} returns from accept()."
    remote = s.recording.sockets[new].remote
    client = f" {address(remote)}" if remote else ""
    name = s.recording.sockets[new].name
    named = f", {clean(name)}," if name else ""
    return (
        f"accept() gives {s.who} a new socket{named} for the client{client}. "
        f"{s.socket} goes on listening."
    )


def _connect(s: Scene) -> str:
    if not s.moment.arrows:
        result = s.answer.result if s.answer else None
        gives = f", which returns {clean(result)}" if result else ""
        return f"{s.who} calls {s.call}() with {s.where}{gives}."
    if s.moment.arrows[0].kind == "refused":
        return _refused(s)
    return (
        f"{s.who} connects to {s.where}. The operating system sets up the "
        "connection by itself: accept() only hands it over."
    )


def _refused(s: Scene) -> str:
    if s.moment.served:
        return f"Connection refused by {s.where}."
    return f"Connection refused: no program of this recording listens on {s.where}."


def _send(s: Scene) -> str:
    arrow = s.moment.arrows[0]
    if arrow.kind == "datagram":
        return f"{s.who} sends one datagram: {_sent(s)}."
    if len(s.moment.arrows) > 1:
        return (
            f"{s.call}() hands over {_sent(s)} and succeeds. But the other side has "
            "closed, and its operating system answers with a reset (RST)."
        )
    if not arrow.size:
        return f"{s.who} sends 0 bytes: nothing travels, and nobody wakes up."
    they, them = ("It waits", "it") if arrow.size == 1 else ("They wait", "them")
    # What finds no room there stays with the operating system of this side.
    room = f"the receive queue of {s.reader}"
    queue = room if s.moment.room else "the operating system"
    return f"{s.who} sends {_sent(s)}. {they} in {queue} until recv() takes {them}."


def _took(s: Scene) -> str:
    """recv returned: bytes, or end of file."""
    m = s.moment
    if m.end_of_file and m.deaf:
        return (
            f'{s.call}() returns b"", end of file: {s.who} itself has shut down '
            "receiving, and nothing waits."
        )
    if m.end_of_file and m.left is None:
        return f'{s.call}() returns b"", end of file: nothing more will come.'
    if m.end_of_file:
        return (
            f'{s.call}() returns b"", end of file: the other side will send no more, '
            "and everything it sent has been read."
        )
    if not m.took_size and _asked_for_nothing(s):
        return f"{s.call}() returns no bytes, as it was asked for none."
    said = f"{s.call}() gives {s.who} {payload(m.took or b'', m.took_size)}."
    if m.took_sends > 1:
        said += (
            f" They were sent in {m.took_sends} pieces: TCP keeps no borders between"
            " messages."
        )
    if m.left is None:
        return said
    if m.left:
        verb = "waits" if m.left == 1 else "wait"
        return f"{said} {amount(m.left)} {verb} in its receive queue now."
    return f"{said} Its receive queue is empty now."


def _asked_for_nothing(s: Scene) -> bool:
    return s.asked is not None and s.asked.arguments[:1] == ("0",)


def _close(s: Scene) -> str:
    m = s.moment
    kinds = {arrow.kind for arrow in m.arrows}
    if m.listening:
        waiting = amount(len(m.arrows), "connection")
        verb = "is" if len(m.arrows) == 1 else "are"
        queue = f" {waiting} in its queue {verb} dropped (RST)." if kinds else ""
        return f"{s.who} closes {s.socket}, which takes no more clients.{queue}"
    if "rst" in kinds:
        lie = "lies" if m.unread == 1 else "lie"
        why = f" while {amount(m.unread)} {lie} unread" if m.unread else ""
        return (
            f"{s.who} closes {s.socket}{why}: the operating system breaks off the "
            "connection (RST)."
        )
    if m.first_close is not None:
        return (
            f"{s.who} closes {s.socket} (FIN). Now both directions are closed, and "
            "the connection is over."
        )
    if kinds and s.end is not None and s.end.state == "FIN_WAIT_1":
        return (
            f"{s.who} closes {s.socket}. Behind the last byte, the operating system "
            "tells the other side (FIN): no more will come."
        )
    if kinds:
        return (
            f"{s.who} closes {s.socket}. The operating system tells the other side "
            "(FIN): no more bytes will come."
        )
    if m.stands:
        return (
            f"{s.who} closes {s.socket}, but the connection stands: something else "
            "still uses it."
        )
    return f"{s.who} closes {s.socket}."


def _shutdown(s: Scene) -> str:
    ends = f"{s.who} shuts down {s.socket}"
    if s.asked is None or not shuts(s.asked, "WR"):
        return f"{ends} for receiving."
    if not s.moment.arrows:
        return f"{ends}."
    said = f"{s.who} says that it will send no more (FIN)."
    if s.moment.deaf:
        return f"{said} It asks to receive no more, either."
    if s.moment.first_close is not None:
        return f"{said} So has the other side."
    return f"{said} It can still receive."


def _typed(s: Scene) -> str:
    text = s.answer.text if s.answer else None
    if text is None:
        return f"The keyboard's end of file reaches {s.who}."
    if not text:
        return f"Someone presses Enter for {s.who}, with nothing typed."
    return f'Someone types "{cut(clean(text), 60)}" for {s.who}.'


def _sleep(s: Scene) -> str:
    return f"{s.who} wakes up." if s.moment.kind == "back" else f"{s.who} sleeps."


def _start_thread(s: Scene) -> str:
    return f"{s.who} starts a thread, which runs beside it."


def _failed(s: Scene) -> str:
    error = s.error
    name, _, reason = error.partition(":")
    name = name.rpartition(".")[2]
    if any(arrow.kind == "refused" for arrow in s.moment.arrows):
        return _refused(s)
    # Python's documentation of socket.sendall says so of every error.
    sent = " How much was sent is not known." if s.call == "sendall" else ""
    if name in ("TimeoutError", "timeout") and s.call not in CONNECTS:
        return f"{s.call}() gives up waiting: {error}.{sent or _still_there(s)}"
    if name == "BlockingIOError":
        return (
            f"{s.call}() would have to wait, so it raises BlockingIOError at once."
            f"{sent}"
        )
    if name == "ConnectionResetError":
        return f"{s.call}() fails: the connection was reset ({name})."
    if name == "BrokenPipeError":
        return f"{s.call}() fails: this connection cannot send any more ({name})."
    if "already in use" in reason:
        return f"{s.call}() fails: {s.where} is in use ({name})."
    if name == "EOFError" and s.call in KEYBOARD:
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


_KINDS: dict[str, Callable[[Scene], str]] = {
    "start": _start,
    "line": _line,
    "output": _output,
    "thread": _thread,
    "thread_end": _thread_end,
    "crash": _crash,
    "exit": _exit,
    "gone": _gone,
    "end": _end,
    "wait": _wait,
    "call": _called,
    "back": _called,
}

_CALLS: dict[str, Callable[[Scene], str]] = {
    "socket": _socket,
    "setsockopt": _setsockopt,
    "bind": _bind,
    "listen": _listen,
    "create_server": _create_server,
    "accept": _accept,
    "connect": _connect,
    "connect_ex": _connect,
    "create_connection": _connect,
    "close": _close,
    "shutdown": _shutdown,
    "sleep": _sleep,
    "start": _start_thread,
}


# --- the level "talk" -----------------------------------------------------


def everyone_waits(recording: Recording, moment: Moment) -> str:
    """Who waits for what, where nobody can go on by itself."""
    said = []
    for program, thread, index in moment.waits:
        event = recording.events[index]
        name = who(recording, program, thread)
        what = clean(event.waits_for or "something")
        call = event.call or ""
        if call in KEYBOARD or call == "sleep":
            said.append(f"{name} waits for {what}")
        else:
            said.append(f"{name} waits in {clean(call)}() for {what}")
    return "; ".join(reversed(said)) + "."


def talk(recording: Recording, moment: Moment, before: Sequence[Moment]) -> str:
    """The sentence of one stop of the talk.

    `before` holds the moments since the stop before, which are not stops
    themselves: what the same program has read there is told along with it.
    """
    if moment.kind == "wait" and moment.outside and not moment.arrows:
        return everyone_waits(recording, moment)
    said = sentence(recording, moment)
    if moment.kind != "end":
        said = said.replace(" (FIN)", "").replace(" (RST)", "")
    read = [m for m in before if m.took is not None and m.program == moment.program]
    if not read:
        return said
    last = read[-1]
    name = who(recording, last.program, last.thread)
    same = last.thread == moment.thread and said.startswith(name)
    if moment.kind == "end":
        return said  # it may begin with the names of several
    if last.end_of_file and same:
        return f'{name} has read b"", end of file, and{said[len(name) :]}'
    if last.took_size and moment.call in SENDS and same:
        return (
            f"{name} has received {quoted(last.took or b'', 24)} and{said[len(name) :]}"
        )
    return said


# --- labels beside the lines ----------------------------------------------


def label(recording: Recording, moment: Moment) -> tuple[str, str]:
    """What stands beside a moment: its name, and a quieter note under it."""
    s = scene(recording, moment)
    kind, m = moment.kind, moment
    if kind == "end":
        return clean(recording.verdict.sentence), ""
    if kind == "line":
        lines = source_lines(recording.programs[m.program].source)
        at = (m.line or 0) - 1
        code = lines[at].strip() if 0 <= at < len(lines) else ""
        return cut(clean(code), 60), ""
    if kind == "output":
        printed = (s.answer.text if s.answer else None) or ""
        return f"prints {cut(clean(printed.rstrip()), 60)}", ""
    if kind == "exit":
        return _ending(s)
    if kind in ("start", "thread", "thread_end"):
        words = {"start": "starts", "thread": "begins"}
        return words.get(kind, "is over"), ""
    if kind == "gone":
        if m.arrows:
            return "process gone,", "closed by the operating system"
        return "process gone", ""
    if kind == "crash":
        return "crashes", _error_name(s.error)
    if kind == "wait":
        what = clean((s.answer.waits_for if s.answer else None) or "something")
        return f"{s.call}()", f"waits for {what}"
    if s.error:
        return f"{s.call}() fails", _error_name(s.error)
    if m.took is not None:
        gives = 'b"": end of file' if m.end_of_file else amount(m.took_size)
        return f"{s.call}() returns", gives
    if s.call in KEYBOARD:
        text = s.answer.text if s.answer else None
        return (
            "end of file" if text is None else f'typed "{cut(clean(text), 40)}"'
        ), ""
    if s.answer is not None and s.answer.new is not None:
        name = s.recording.sockets[s.answer.new].name
        return (
            f"{s.call}() returns",
            f"a new socket{f': {clean(name)}' if name else ''}",
        )
    if kind == "back":
        return f"{s.call}() returns", ""
    of = f"{s.socket}.{s.call}()"
    if s.call in ("close", "shutdown", "listen") and s.socket != "the socket":
        return (of if len(of) <= 22 else f"{s.call}()"), ""
    if s.call in ("bind", "connect") and not m.arrows:
        return f"{s.call}()", ""
    return f"{s.call}()", ""


def _error_name(error: str) -> str:
    """`ConnectionRefusedError` of `ConnectionRefusedError: [Errno 111] …`."""
    return cut(error.partition(":")[0].rpartition(".")[2], 40)


def arrow_label(kind: str, data: bytes, size: int, whole: bool, limit: int = 24) -> str:
    """What is written on an arrow; the arguments are those of `story.Arrow`."""
    words = {"connect": "connect", "refused": "refused", "fin": "close", "rst": "reset"}
    if kind in words:
        return words[kind]
    if not whole:
        return f"at most {amount(size)}"
    return f"{quoted(data, limit)} {amount(size)}" if size else "0 bytes"


SEGMENTS = {
    "connect": ("SYN", "SYN-ACK", "ACK"),
    "refused": ("SYN", "RST"),
    "fin": ("FIN",),
    "rst": ("RST",),
}
"""The segments behind an arrow; every second one travels back."""


def home(recording: Recording, program: int) -> str:
    """The address under a program's name: where it listens, or connects from."""
    held = [
        sock for sock in recording.sockets if sock.program == program and sock.local
    ]
    for sock in held:
        if sock.remote is None and sock.origin != "accept":
            return address(sock.local)
    for sock in held:
        return address(sock.local)
    return ""


KEY = (
    "Time runs downwards. Striped bar: the thread waits. Dotted edge: bytes wait in "
    "the receive queue."
)
"""How to read the picture."""
