"""What a message from a program changes: in the cast, the ledger, the notes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from socketscope.recorder import wire
from socketscope.recorder.cast import Actor, Cast, Thread
from socketscope.recorder.ledger import Ledger
from socketscope.recorder.wire import Heard
from socketscope.recording import Event, Note

DISORDERLY = frozenset({"processes", "exec", "asyncio"})
"""What lets the order differ from run to run; asyncio looks at the clock."""

Reply = Callable[[Thread, Any], None]


class Told(NamedTuple):
    """A message, and who said it."""

    message: Any
    actor: Actor
    thread: Thread
    heard: Heard


class Hearing:
    """Takes in what is heard, message by message."""

    def __init__(
        self, cast: Cast, ledger: Ledger, reply: Reply, takes_turns: bool
    ) -> None:
        self.cast = cast
        self.ledger = ledger
        self.reply = reply
        """Lets a thread go on that asked for a figure."""
        self.takes_turns = takes_turns
        self.answers: dict[str, Any] = {}
        """What programs answered when they were asked, by the kind of answer."""
        self.cuts: dict[tuple[int, str], Note] = {}
        self.unserved: dict[tuple[int, int], None] = {}
        """Programs and ports for which they asked in vain."""

    def take(self, actor: Actor, heard: Heard) -> None:
        """Take in one message."""
        message = heard.message
        if isinstance(message, (wire.Ready, wire.Where)):
            self.answers[heard.kind] = message
            return
        actor.silence.begin()
        # Its other threads may wait for what it did, with a lock for instance.
        self.cast.stirred.add(actor.index)
        thread = actor.threads[heard.thread]
        thread.asked = thread.asked if heard.asked is None else heard.asked
        thread.line = getattr(message, "line", None) or thread.line
        handle = getattr(self, f"_{heard.kind}", self._record)
        handle(Told(message, actor, thread, heard))

    # -- sockets and ports -------------------------------------------------

    def _socket(self, it: Told) -> None:
        made = it.message
        number = self.ledger.add_socket(
            it.actor.index, origin=made.origin, family=made.family, type=made.type
        )
        it.actor.sockets[made.number] = number
        shown = self.ledger.sockets[number].shown
        if shown.family == "AF_UNIX":
            self.cast.unseen.add((it.actor.index, "unix"))
        elif shown.is_datagram:
            self.cast.unseen.add((it.actor.index, "udp"))

    def _named(self, it: Told) -> None:
        number = it.actor.sockets[it.message.number]
        self.ledger.name_socket(number, it.message.name)

    def _placed(self, it: Told) -> None:
        number = it.actor.sockets[it.message.number]
        self.ledger.place_socket(number, it.message.local, it.message.remote)

    def _mapped(self, it: Told) -> None:
        self.ledger.ports.map(it.message.shown, it.message.real)

    def _name_port(self, it: Told) -> None:
        self.ledger.ports.name(it.message.port)
        self.reply(it.thread, None)

    def _nobody_at(self, it: Told) -> None:
        port = it.message.port
        self.unserved[it.actor.index, port] = None
        self.reply(it.thread, self.ledger.world.nobody_at(port))

    # -- turns -------------------------------------------------------------

    def _start(self, it: Told) -> None:
        it.actor.booted = True

    def _track(self, it: Told) -> None:
        begun = it.message
        new = Thread(it.actor.index, begun.new, begun.text)
        it.actor.threads.append(new)
        if self.takes_turns:
            self.cast.paused.append(new)
        else:
            new.state = "running"
        self._note(
            Event("track", it.actor.index, new.number, begun.line, text=begun.text),
            it._replace(thread=new),
        )

    def _track_end(self, it: Told) -> None:
        self._record(it)
        self.cast.end(it.thread)

    def _block(self, it: Told) -> None:
        block: wire.Block = it.message
        it.thread.block(block)
        it.thread.timer.set(block, self.cast.clock, self.ledger.world.now())
        if block.unsteady:
            self.cast.order_fixed = False
        self.cast.stir()  # what was done since may not have been told
        if block.told:
            self._record(it)
        else:
            it.thread.rounds.note(("block", block.line))

    def _again(self, it: Told) -> None:
        it.thread.state = "blocked"

    def _resume(self, it: Told) -> None:
        it.thread.state = "running"

    def _return(self, it: Told) -> None:
        over: wire.Return = it.message
        if over.call == "close" and over.error is None:
            assert over.socket is not None
            self.ledger.let_go(it.actor.sockets[over.socket])
        was_waiting, it.thread.wait = it.thread.wait, None
        self._record(it)
        if over.late:
            it.thread.rounds.end()
            if not it.thread.rounds.alike:
                self.cast.note_news()  # what it does now may be what others look for
        elif was_waiting or (over.size is not None and not over.yields):
            self.cast.note_news()
        if not self.takes_turns:
            it.thread.state = "running"
        elif it.heard.asked is not None:
            self.cast.pause(it.thread, over.yields)

    def _pause(self, it: Told) -> None:
        it.thread.wait = None
        self.cast.pause(it.thread, it.message.yields)

    # -- ends --------------------------------------------------------------

    def _crash(self, it: Told) -> None:
        it.actor.exit.crashed = True
        self._record(it)

    def _exit(self, it: Told) -> None:
        it.actor.exit.status = int(it.message.result)
        self._record(it)
        it.actor.leaving = True

    def _gone(self, it: Told) -> None:
        status = it.message.status
        if not it.actor.leaving:  # it left in a hurry: os._exit, or a signal
            it.actor.exit.status = status if status >= 0 else 128 - status
            it.actor.exit.signal = -status if status < 0 else None
            result = str(it.actor.exit.status)
            self._note(Event("exit", it.actor.index, 0, result=result), it)
        self.cast.end(*it.actor.threads)
        it.actor.ended = True
        for number in it.actor.sockets.values():
            self.ledger.let_go(number)
        self.cast.note_news()
        self._note(Event("gone", it.actor.index, 0), it)

    def _silent(self, it: Told) -> None:
        if it.actor.leaving:
            return
        if (it.actor.index, "exec") not in self.cast.unseen:
            self.cast.unseen.add((it.actor.index, "blind"))
        self.cast.end(*it.actor.threads)
        self.cast.leave_outside(it.actor.threads[:1])

    # -- what is not seen --------------------------------------------------

    def _stray(self, it: Told) -> None:
        self.cast.order_fixed = False
        self.cast.unseen.add((it.actor.index, "stray"))
        text = it.message.text
        printed = Event("output", it.actor.index, 0, text=text, stream="stdout")
        self._note(printed, it)

    def _unseen(self, it: Told) -> None:
        self.cast.unseen.add((it.actor.index, it.message.what))
        if it.message.what in DISORDERLY:
            self.cast.order_fixed = False

    def _cut(self, it: Told) -> None:
        cut: wire.Cut = it.message
        if cut.what == "calls" and (it.actor.index, cut.what) not in self.cuts:
            self.cast.order_fixed = False  # calls that are not told take no turns
            self._note(Event("cut", it.actor.index, it.thread.number), it)
        note = Note(cut.what, it.actor.index, cut.kept, all=cut.all)
        self.cuts[it.actor.index, cut.what] = note

    # -- the recording -----------------------------------------------------

    def _record(self, it: Told) -> None:
        """Write the message down as it is, with the recording's own numbers."""
        fields = it.heard.recorded
        for name in ("socket", "new"):
            if fields.get(name) is not None:
                fields[name] = it.actor.sockets[fields[name]]
        if "sockets" in fields:
            fields["sockets"] = tuple(it.actor.sockets[n] for n in fields["sockets"])
        self._note(Event(it.heard.kind, it.actor.index, it.thread.number, **fields), it)

    def _note(self, event: Event, it: Told) -> None:
        if event.kind != "call":
            it.thread.rounds.note(event)
        if self.ledger.record(event, it.heard.at):
            self.cast.stir()
