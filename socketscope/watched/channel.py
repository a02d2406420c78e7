"""The wire to the stage, and the turns that come over it.

The program tells the stage what it does and asks for its turn. Each message
up is a tuple, of a kind that `recorder/wire.py` lists with its fields; each
command down names a thread, or is for the whole program. Both ends run the same
Python, so `marshal` is the format: exact, fast and already imported.

A free run has no turns: nothing is asked, and waits are real ones. A forked
copy of the program is *blind*: it tells nothing and behaves as it would alone.
"""

from __future__ import annotations

import _thread
import errno
import marshal
import os
import select
import sys
import time
from _socket import gaierror
from collections import deque

TYPE_CHECKING = False  # importing `typing` would take as long as a socket
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType, TracebackType
    from typing import Any

    Check = Callable[[float | None], bool]

# The real ones, before the watching replaces them.
allocate_lock = _thread.allocate_lock
get_ident = _thread.get_ident

SIGKILL = 9  # importing `signal` for it would take a millisecond
HIGH = 200  # our descriptors start here, so that the script's begin with 3
CALLS_KEPT = 1000
FLUSH_AT = 200

script = ""
turns = True
blind = False
real_ports = False

real_port: dict[int, int] = {}
"""Ports as the script names them -> the free ports that stand for them."""
shown_port: dict[int, int] = {}
"""And back; the ports of clients are in both."""

_events = _commands = _keyboard = -1
_pending: deque[tuple[Any, ...]] = deque()
_writing = allocate_lock()
_writer = 0
_calls = 0


class Thread:
    """One of the script's threads, as the stage knows it."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.call: Call | None = None
        """The call it is in, whose own calls are not recorded."""
        self.asked = 0
        self.answer: Any = None
        self.answered = allocate_lock()
        self.answered.acquire()


threads: dict[int, Thread] = {}
"""By identifier: threads that the stage knows."""
numbered: list[Thread] = []
waiting: dict[Thread, Check] = {}
"""Blocked threads, and what would let them go on."""
ending: list[Callable[[], object]] = []
"""Waits for threads that are over but may not have vanished yet."""


def open_wires(how: str) -> None:
    """Take over standard input and output as the wires to the stage."""
    global _events, _commands, _keyboard, turns, real_ports
    turns = "free" not in how
    real_ports = "real" in how
    _commands, _events = out_of_the_way(0), out_of_the_way(1)
    os.dup2(2, 1)  # what bypasses sys.stdout goes where the stage drains it
    reader, writer = os.pipe()
    _keyboard = out_of_the_way(writer)
    os.dup2(reader, 0)
    os.close(reader)
    os.close(writer)
    _end_with_the_stage(how)
    new_thread(get_ident())
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=_go_blind)
    # A raw thread, which threading.active_count() does not count.
    _thread.start_new_thread(_obey, ())


def out_of_the_way(descriptor: int) -> int:
    """A copy of the descriptor with a high number, not inherited."""
    try:
        import fcntl
    except ImportError:
        return os.dup(descriptor)
    return fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, HIGH)


def _end_with_the_stage(how: str) -> None:
    """Let the operating system kill this process group when the stage dies.

    The commander thread sees the end of its commands too, but cannot act while
    the script holds the interpreter in one long call. `lifeline` is a pipe on
    which nothing is ever written: Linux signals its end, and lets us say which
    signal (fcntl(2), F_SETSIG).
    """
    lifeline = next((w[5:] for w in how.split(",") if w.startswith("line=")), None)
    if lifeline is None:
        return
    import fcntl

    pipe = out_of_the_way(int(lifeline))
    os.close(int(lifeline))
    fcntl.fcntl(pipe, fcntl.F_SETOWN, -os.getpgrp())
    fcntl.fcntl(pipe, fcntl.F_SETSIG, SIGKILL)
    flags = fcntl.fcntl(pipe, fcntl.F_GETFL)
    fcntl.fcntl(pipe, fcntl.F_SETFL, flags | os.O_ASYNC)


def new_thread(ident: int | None = None) -> Thread:
    """Number one more thread; the stage hears of it from the caller."""
    thread = Thread(len(numbered))
    numbered.append(thread)
    if ident is not None:
        threads[ident] = thread
    return thread


def this_thread() -> Thread | None:
    """The calling thread; None if the stage is not to know of it."""
    return None if blind else threads.get(get_ident())


# -- telling and asking ------------------------------------------------------


def tell(thread: Thread, kind: str, **fields: Any) -> None:
    """Tell the stage what happened; it may hear of it a little later."""
    _post(thread.number, kind, fields)
    if len(_pending) >= FLUSH_AT or not turns:
        flush()


def ask(thread: Thread, kind: str, **fields: Any) -> Any:
    """Tell the stage, and wait for its answer."""
    thread.asked += 1
    _post(thread.number, kind, fields, thread.asked)
    flush()
    return wait_for_answer(thread)


def wait_for_answer(thread: Thread) -> Any:
    """Sleep until the stage says "go"; returns what it says with it."""
    thread.answered.acquire()
    return thread.answer


def _post(
    number: int, kind: str, fields: dict[str, Any], asked: int | None = None
) -> None:
    _pending.append((number, kind, fields, time.monotonic_ns(), asked))


def flush() -> None:
    """Send what was told."""
    global _writer
    if _writer == get_ident():
        return  # a finaliser ran while we were writing; the loop below sees to it
    with _writing:
        _writer = get_ident()
        try:
            while _pending:
                _write([_pending.popleft() for _ in range(len(_pending))])
        finally:
            _writer = 0


def _write(messages: list[tuple[Any, ...]]) -> None:
    if blind:
        return
    body = marshal.dumps(messages)
    rest = memoryview(len(body).to_bytes(4, "big") + body)
    try:
        while rest:
            rest = rest[os.write(_events, rest) :]
    except BrokenPipeError:
        _leave()
    except OSError:  # the script closed descriptors that it did not open
        _go_blind()


def _obey() -> None:
    """The commander: a thread that does what the stage says."""
    try:
        while True:
            body = _read(int.from_bytes(_read(4), "big"))
            what, number, asked, value, ports = marshal.loads(body)
            for shown, real in ports:
                real_port[shown], shown_port[real] = real, shown
            if what == "go":
                while ending:
                    ending.pop()()
                thread = numbered[number]
                if asked == thread.asked:  # else it was woken by a signal
                    thread.answer = value
                    thread.answered.release()
            elif what == "ready":
                ready = [t.number for t, check in list(waiting.items()) if check(0)]
                _post(0, "ready", {"ready": tuple(ready)})
                flush()
            elif what == "where":
                lines = {t.number: _line_of(i) for i, t in list(threads.items())}
                _post(0, "where", {"lines": lines})
                flush()
            elif what == "type":
                os.write(_keyboard, value)
            elif what == "eof":
                os.close(_keyboard)
    except EOFError:
        _leave()
    except OSError:
        _go_blind()


def _read(size: int) -> bytes:
    data = b""
    while len(data) < size:
        more = os.read(_commands, size - len(data))
        if not more:
            raise EOFError
        data += more
    return data


def _leave() -> None:
    """The stage is gone: nobody watches, and nobody would clean up."""
    if blind:
        return
    if hasattr(os, "killpg") and os.getpgrp() == os.getpid():
        os.killpg(os.getpid(), SIGKILL)
    os._exit(1)


def _go_blind() -> None:
    global blind
    blind = True
    for descriptor in (_events, _commands, _keyboard):
        try:  # noqa: SIM105 - contextlib would have to be imported
            os.close(descriptor)
        except OSError:
            pass


# -- where the learner is ----------------------------------------------------


def learner_frame(frame: FrameType | None) -> FrameType | None:
    """The innermost frame that runs the script, outwards from `frame`."""
    while frame is not None and frame.f_code.co_filename != script:
        frame = frame.f_back
    return frame


def function_of(frame: FrameType) -> str | None:
    name = frame.f_code.co_name
    return None if name == "<module>" else name


def _line_of(ident: int) -> int | None:
    frame = learner_frame(sys._current_frames().get(ident))
    return frame and frame.f_lineno


def called_by_learner(depth: int) -> bool:
    """Whether the frame `depth` above our caller is the script's own."""
    return sys._getframe(depth + 1).f_code.co_filename == script


# -- one call ----------------------------------------------------------------


class Call:
    """One call of the script's, told when it begins, waits and is over.

    Used as a context manager around the real call, whose exception it records
    and lets pass. Attributes set on `result` become fields of the `return`.
    A call made inside another one is not told, only its waiting is.
    """

    def __init__(self, name: str, quiet: bool = False, **fields: Any) -> None:
        self.name = name
        self.quiet = quiet
        """It concerns nobody else, so it needs no turn."""
        self.fields = fields
        self.result: dict[str, Any] = {}
        self.thread = this_thread()
        self.told = False
        self.blocked = False
        self.late = False

    def __enter__(self) -> Call:
        thread = self.thread
        if thread is None or thread.call is not None:
            return self
        thread.call = self
        frame = learner_frame(sys._getframe(1))
        if frame is not None:
            self.fields["line"] = frame.f_lineno
            self.fields["function"] = function_of(frame)
        self.told = _is_kept(thread)
        if self.told:
            tell(thread, "call", call=self.name, **self.fields)
        return self

    def __exit__(self, kind: object, error: BaseException | None, _: object) -> None:
        thread = self.thread
        if thread is None or thread.call is not self:
            return
        thread.call = None
        if blind:
            return
        if error is not None:
            self.result["error"] = describe(error)
        place = {k: self.fields.get(k) for k in ("line", "function", "socket")}
        fields = {**place, **self.result, "call": self.name}
        if self.late:
            fields["late"] = True
        # A call that could not do anything gives its turn away: whoever polls
        # in a loop would otherwise keep all others from running.
        if self.late or isinstance(error, BlockingIOError):
            fields["yields"] = True
        if self.told:
            if turns and not self.quiet:
                ask(thread, "return", **fields)
            else:
                tell(thread, "return", **fields)
        elif turns and "yields" in fields:
            ask(thread, "pause", yields=True)
        elif self.blocked and not turns:
            tell(thread, "resume")

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
        if thread is None or blind:
            return check(timeout)
        if check(0):
            return True
        if timeout is not None and timeout <= 0:
            return False
        call = thread.call or self
        fields = {**call.fields, **fields, "call": call.name, "waits_for": waits_for}
        for name in ("arguments", "data", "size"):
            fields.pop(name, None)
        if timeout is not None:
            # Rounded, for what a library has left of a second differs by run.
            fields["timeout"] = round(timeout, 2) or timeout
        fields["told"] = call.told and not call.blocked
        call.blocked = True
        if not turns:
            tell(thread, "block", **fields)
            came = check(timeout)
            call.late = not came
            return came
        waiting[thread] = check
        try:
            word = ask(thread, "block", **fields)
            while word != "late":
                if check(0):
                    return True
                word = ask(thread, "again")  # somebody else was faster
        finally:
            waiting.pop(thread, None)
        call.late = True
        return False


def _is_kept(thread: Thread) -> bool:
    """Whether this call is still among those that a recording keeps."""
    global _calls
    _calls += 1
    if _calls == CALLS_KEPT + 1:
        tell(thread, "cut", what="calls", kept=CALLS_KEPT)
    return _calls <= CALLS_KEPT


def descriptor_check(descriptor: int, write: bool = False) -> Check:
    """A check whether the descriptor can be read from (or written to)."""
    if not hasattr(select, "poll"):  # Windows
        wanted: list[int] = [descriptor]
        if write:
            return lambda seconds: bool(_select([], wanted, [], seconds)[1])
        return lambda seconds: bool(_select(wanted, [], [], seconds)[0])
    poll = _poll()
    poll.register(descriptor, select.POLLOUT if write else select.POLLIN)
    return lambda seconds: bool(
        poll.poll(None if seconds is None else max(0, seconds) * 1000)
    )


_select = select.select
_poll: Any = getattr(select, "poll", None)


# -- exceptions and values ----------------------------------------------------


def describe(error: BaseException) -> tuple[str, str, str | None]:
    """The fields of `recording.Raised`."""
    kind = type(error)
    name = kind.__qualname__
    if kind.__module__ not in ("builtins", "__main__"):
        name = f"{kind.__module__}.{name}"
    try:
        text = str(error)
    except Exception:
        text = "<exception str() failed>"
    # A gaierror has numbers of its own (getaddrinfo(3)).
    has_number = isinstance(error, OSError) and not isinstance(error, gaierror)
    number = errno.errorcode.get(error.errno or 0) if has_number else None  # type: ignore[attr-defined]
    return name, text, number and number.removeprefix("WSA")


def show(value: object, limit: int = 80) -> str:
    """`repr`, cut; it never fails and never prints a large object whole."""
    try:
        if isinstance(value, (str, bytes)) and len(value) > limit:
            value = value[:limit]
        text = repr(value)
    except Exception:
        text = f"<{type(value).__name__}>"
    return text if len(text) <= limit else text[: limit - 3] + "..."


def drop_our_frames(error: BaseException | None) -> None:
    """Take the recorder's frames out of the exception's tracebacks."""
    seen = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        trace = error.__traceback__
        while trace is not None and _is_ours(trace.tb_frame):
            trace = trace.tb_next
        if trace is not error.__traceback__:
            error.__traceback__ = trace
        drop_our_frames_below(trace)
        error = error.__cause__ or error.__context__


def drop_our_frames_below(trace: TracebackType | None) -> None:
    """Take the recorder's frames out of the rest of a traceback."""
    while trace is not None:
        following = trace.tb_next
        while following is not None and _is_ours(following.tb_frame):
            following = following.tb_next
        if following is not trace.tb_next:
            trace.tb_next = following
        trace = following


OUR_FOLDER = os.path.dirname(os.path.abspath(__file__))


def _is_ours(frame: FrameType) -> bool:
    return frame.f_code.co_filename.startswith(OUR_FOLDER)
