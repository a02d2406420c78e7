"""What a message from a program changes: in the cast, the ledger, the notes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from socketscope.recorder import wire
from socketscope.recorder.cast import Actor, Cast, Thread
from socketscope.recorder.ledger import Ledger
from socketscope.recorder.wire import Heard
from socketscope.recording import Event, Note

DISORDERLY = frozenset({"processes", "exec", "asyncio"})
"""What lets the order differ from run to run; asyncio looks at the clock."""

Answer = Callable[[Thread, Any], None]


class Hearing:
    """Takes in what is heard, message by message."""

    def __init__(
        self, cast: Cast, ledger: Ledger, answer: Answer, takes_turns: bool
    ) -> None:
        self.cast = cast
        self.ledger = ledger
        self.answer = answer
        """Lets a thread go on that asked for a figure."""
        self.takes_turns = takes_turns
        self.answers: dict[str, Any] = {}
        """What programs answered when they were asked, by the kind of answer."""
        self.cuts: list[Note] = []
        self.unserved: dict[tuple[int, int], None] = {}
        """Programs and ports for which they asked in vain."""

    def take(self, actor: Actor, heard: Heard, now: float) -> None:
        """Take in one message, at this moment in seconds."""
        message = heard.message
        if isinstance(message, (wire.Ready, wire.Where)):
            self.answers[heard.kind] = message
            return
        actor.silence.cpu_seen = actor.silence.cpu_at_word = None
        # Its other threads may wait for what it did, with a lock for instance.
        self.cast.stirred.add(actor.index)
        thread = actor.threads[heard.thread]
        if heard.asked is not None:
            thread.asked = heard.asked
        thread.line = getattr(message, "line", None) or thread.line
        if isinstance(message, wire.Block):
            self._block(actor, thread, heard, now)
            return
        handle = getattr(self, f"_{heard.kind}", None)
        if handle is not None:
            handle(actor, thread, heard)
        else:
            self._record(actor, thread, heard)

    # -- sockets and ports -------------------------------------------------

    def _socket(self, actor: Actor, thread: Thread, heard: Heard) -> None:
        made = heard.message
        if made.number in actor.sockets:
            return
        number = self.ledger.add_socket(
            actor.index, origin=made.origin, family=made.family, type=made.type
        )
        actor.sockets[made.number] = number
        if self.ledger.sockets[number].shown.is_datagram:
            self.cast.unseen.add((actor.index, "udp"))

    def _named(self, actor: Actor, thread: Thread, heard: Heard) -> None:
        held = heard.message
        self.ledger.name_socket(actor.sockets[held.number], held.name)

    def _placed(self, actor: Actor, thread: Thread, heard: Heard) -> None:
        at = heard.message
        self.ledger.place_socket(actor.sockets[at.number], at.local, at.remote)

    def _mapped(self, actor: Actor, thread: Thread, heard: Heard) -> None:
        self.ledger.ports.map(heard.message.shown, heard.message.real)

    def _name_port(self, actor: Actor, thread: Thread, heard: Heard) -> None:
        self.ledger.ports.name(heard.message.port)
        self.answer(thread, None)

    def _nobody_at(self, actor: Actor, thread: Thread, heard: Heard) -> None:
        port = heard.message.port
        self.unserved[actor.index, port] = None
        self.answer(thread, self.ledger.world.nobody_at(port))

    # -- turns -------------------------------------------------------------

    def _start(self, actor: Actor, thread: Thread, heard: Heard) -> None:
        actor.booted = True

    def _thread(self, actor: Actor, thread: Thread, heard: Heard) -> None:
        begun = heard.message
        new = Thread(actor.index, begun.new, begun.text)
        actor.threads.append(new)
        if self.takes_turns:
            self.cast.paused.append(new)
        else:
            new.state = "running"
        self._note(
            Event("thread", actor.index, new.number, begun.line, text=begun.text),
            heard,
            new,
        )

    def _thread_end(self, actor: Actor, thread: Thread, heard: Heard) -> None:
        self._record(actor, thread, heard)
        self.cast.end(thread)

    def _block(self, actor: Actor, thread: Thread, heard: Heard, now: float) -> None:
        block: wire.Block = heard.message
        thread.state, thread.wait = "blocked", block
        thread.timer.set(block, self.cast.clock, now)
        if block.unsteady:
            self.cast.order_fixed = False
        if block.told:
            self._record(actor, thread, heard)
        else:
            thread.rounds.note(("block", block.line))

    def _again(self, actor: Actor, thread: Thread, heard: Heard) -> None:
        thread.state = "blocked"

    def _resume(self, actor: Actor, thread: Thread, heard: Heard) -> None:
        thread.state = "running"

    def _return(self, actor: Actor, thread: Thread, heard: Heard) -> None:
        over: wire.Return = heard.message
        if over.call in ("close", "detach") and over.error is None:
            assert over.socket is not None
            self.ledger.sockets[actor.sockets[over.socket]].open = False
        was_waiting, thread.wait = thread.wait, None
        self._record(actor, thread, heard)
        if over.late:
            thread.rounds.end()
        elif was_waiting or over.size is not None:
            self.cast.note_news()
        if not self.takes_turns:
            thread.state = "running"
        elif heard.asked is not None:
            self.cast.pause(thread, over.yields)

    def _pause(self, actor: Actor, thread: Thread, heard: Heard) -> None:
        thread.wait = None
        self.cast.pause(thread, heard.message.yields)

    # -- ends --------------------------------------------------------------

    def _crash(self, actor: Actor, thread: Thread, heard: Heard) -> None:
        if actor.exit.crash is None:
            actor.exit.crash = (heard.message.line, heard.message.error)
        self._record(actor, thread, heard)

    def _exit(self, actor: Actor, thread: Thread, heard: Heard) -> None:
        actor.exit.status = int(heard.message.result)
        self._record(actor, thread, heard)
        actor.leaving = True

    def _gone(self, actor: Actor, thread: Thread, heard: Heard) -> None:
        status = heard.message.status
        if not actor.leaving:  # it left in a hurry: os._exit, or a signal
            actor.exit.status = status if status >= 0 else 128 - status
            actor.exit.signal = -status if status < 0 else None
            result = str(actor.exit.status)
            self._note(Event("exit", actor.index, 0, result=result), heard, thread)
        self.cast.end(*actor.threads)
        actor.ended = True
        for number in actor.sockets.values():
            self.ledger.sockets[number].open = False
        self.cast.note_news()
        self._note(Event("gone", actor.index, 0), heard, thread)

    def _silent(self, actor: Actor, thread: Thread, heard: Heard) -> None:
        if actor.leaving:
            return
        if (actor.index, "exec") not in self.cast.unseen:
            self.cast.unseen.add((actor.index, "blind"))
        self.cast.end(*actor.threads)
        self.cast.leave_outside(actor.threads[:1])

    # -- what is not seen --------------------------------------------------

    def _stray(self, actor: Actor, thread: Thread, heard: Heard) -> None:
        self.cast.order_fixed = False
        self.cast.unseen.add((actor.index, "stray"))
        text = heard.message.text
        printed = Event("output", actor.index, 0, text=text, stream="stdout")
        self._note(printed, heard, thread)

    def _unseen(self, actor: Actor, thread: Thread, heard: Heard) -> None:
        self.cast.unseen.add((actor.index, heard.message.what))
        if heard.message.what in DISORDERLY:
            self.cast.order_fixed = False

    def _cut(self, actor: Actor, thread: Thread, heard: Heard) -> None:
        self.cuts.append(Note(heard.message.what, actor.index, heard.message.kept))

    # -- the recording -----------------------------------------------------

    def _record(self, actor: Actor, thread: Thread, heard: Heard) -> None:
        """Write the message down as it is, with the recording's own numbers."""
        fields = heard.recorded
        for name in ("socket", "new"):
            if fields.get(name) is not None:
                fields[name] = actor.sockets[fields[name]]
        if "sockets" in fields:
            fields["sockets"] = tuple(actor.sockets[n] for n in fields["sockets"])
        self._note(
            Event(heard.kind, actor.index, thread.number, **fields), heard, thread
        )

    def _note(self, event: Event, heard: Heard, thread: Thread) -> None:
        if event.kind != "call":
            thread.rounds.note(event)
        if self.ledger.record(event, heard.at):
            self.cast.stir()
