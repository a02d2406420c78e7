"""One call of the script's, as the stage is told of it: begun, blocked, over."""

from __future__ import annotations

import select
import sys

from socketscope.watched import channel, script, values
from socketscope.watched.hints import Any, Check

CALLS_KEPT = 1000
PLACE = ("line", "function", "socket")
"""The fields of a call that its later messages repeat."""

# The real ones, before the watching replaces them.
_select = select.select
_poll: Any = getattr(select, "poll", None)

enough = False
"""The program has made more calls than a recording keeps."""
taken = 0
"""Calls since then that need not wait, and are counted only."""
_calls = 0
_moved = False
"""Bytes were moved since the stage last heard of how many calls there are."""


class Call:
    """One call of the script's, told when it begins, waits and is over.

    Used as a context manager around the real call, whose exception it records
    and lets pass. What is put into `result` becomes fields of the `return`.
    A call made inside another one is not told, only its waiting is.
    """

    def __init__(self, name: str, quiet: bool = False, **fields: Any) -> None:
        self.name = name
        self.quiet = quiet
        """It concerns nobody else, so it needs no turn."""
        self.fields = fields
        self.result: dict[str, Any] = {}
        self.thread = channel.this_thread()
        self.told = False
        self.blocked = False
        self.late = False
        self.in_vain = False
        """It brought nothing, as was known before."""

    def __enter__(self) -> Call:
        thread = self.thread
        if thread is None or thread.call is not None:
            return self
        thread.call, thread.found = self, None
        self.fields.update(script.place_of(sys._getframe(1)))
        self.told = _is_kept(thread)
        if self.told:
            channel.tell(thread, "call", call=self.name, **self.fields)
        return self

    def __exit__(self, kind: object, error: BaseException | None, _: object) -> None:
        thread = self.thread
        if thread is None or thread.call is not self:
            return
        thread.call = None
        if channel.blind:
            return
        if error is not None:
            self.result["error"] = values.describe(error)
        global _moved
        _moved = _moved or bool(self.fields.get("size") or self.result.get("size"))
        # A call that could not do anything gives its turn away: whoever polls
        # in a loop would otherwise keep all others from running.
        vain = type(error).__name__ in ("BlockingIOError", *values.WANTS)
        yields = self.late or self.in_vain or vain
        if self.told:
            fields = {name: self.fields.get(name) for name in PLACE}
            fields |= {**self.result, "late": self.late, "yields": yields}
            say = channel.ask if channel.turns and not self.quiet else channel.tell
            say(thread, "return", call=self.name, **fields)
        elif channel.turns and yields:
            channel.ask(thread, "pause", yields=True)
        elif self.blocked and not channel.turns:
            channel.tell(thread, "resume")

    def wait(
        self,
        check: Check,
        *waits_for: str,
        timeout: float | None = None,
        **fields: Any,
    ) -> bool:
        """Block until `check` says so: True, or False after `timeout` seconds.

        `waits_for` are the reasons, as `recording.Event` names them.

        `check(seconds)` waits itself, for at most so long (None: for ever);
        while programs take turns it is only ever asked with 0.
        """
        thread = self.thread
        if thread is None or channel.blind:
            return check(timeout)
        if check(0):
            return True
        if timeout is not None and timeout <= 0:
            return False
        call = thread.call or self
        for name in (*PLACE, "sockets"):
            if name in call.fields:
                fields[name] = call.fields[name]
        if timeout is not None:
            # Rounded, for what a library has left of a second differs by run.
            fields["timeout"] = round(timeout, 2) or timeout
        fields |= {"call": call.name, "waits_for": waits_for}
        fields["told"] = call.told and not call.blocked
        if call.name == channel.freeze:
            channel.stop_process(thread, **fields)
        call.blocked = True
        if channel.turns:
            came = _take_turns(thread, check, fields)
        else:
            channel.tell(thread, "block", **fields)
            came = check(timeout)
        call.late = call.late or not came
        return came

    def insist(
        self, check: Check, why: str, timeout: float | None, **fields: Any
    ) -> None:
        """Wait like a socket, which raises `TimeoutError` after `timeout`."""
        if not self.wait(check, why, timeout=timeout, **fields):
            raise TimeoutError("timed out")


def _take_turns(thread: channel.Thread, check: Check, fields: dict[str, Any]) -> bool:
    """Wait for a turn in which `check` says so; False if time is up before."""
    channel.waiting[thread] = check
    try:
        word = channel.ask(thread, "block", **fields)
        while word != "late":
            if check(0):
                return True
            word = channel.ask(thread, "again")  # somebody else was faster
    finally:
        channel.waiting.pop(thread, None)
    return False


def _is_kept(thread: channel.Thread) -> bool:
    """Whether this call is still among those that a recording keeps."""
    global enough, _calls, _moved
    _calls += 1
    enough = _calls > CALLS_KEPT
    first = _calls == CALLS_KEPT + 1
    if first or (_moved and enough and _calls % CALLS_KEPT == 1):
        tell_count(thread)
        channel.flush()
        _moved = False
    return not enough


def tell_count(thread: channel.Thread) -> None:
    """Tell the stage how many calls there were, where not all of them are told."""
    if _calls > CALLS_KEPT:
        channel.tell(thread, "cut", what="calls", kept=CALLS_KEPT, all=_calls + taken)


def descriptor_check(descriptor: int, write: bool = False) -> Check:
    """A check whether the descriptor can be read from (or written to)."""
    if _poll is None:  # Windows
        wanted: list[int] = [descriptor]
        if write:
            return lambda seconds: bool(_select([], wanted, [], seconds)[1])
        return lambda seconds: bool(_select(wanted, [], [], seconds)[0])
    poll = _poll()
    poll.register(descriptor, select.POLLOUT if write else select.POLLIN)
    return lambda seconds: bool(
        poll.poll(None if seconds is None else max(0, seconds) * 1000)
    )
