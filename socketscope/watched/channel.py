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
import marshal
import os
import sys
import time
from collections import deque

from socketscope.watched import script
from socketscope.watched.hints import Any, Callable, Check

allocate_lock = _thread.allocate_lock  # the real one
get_ident = _thread.get_ident

SIGKILL = 9  # importing `signal` for it would take a millisecond
HIGH = 200  # our descriptors start here, so that the script's begin with 3
FLUSH_AT = 200

turns = True
blind = False
real_ports = False
split = 0
"""Bytes of a stream that a receive may bring, if not any number."""
stopped = False
"""The receives return no more."""
freeze: str | None = None
"""The call in whose first wait this process stops."""

real_port: dict[int, int] = {}
"""Ports as the script names them -> the free ports that stand for them."""
shown_port: dict[int, int] = {}
"""And back; the ports of clients are in both."""

_events = _commands = _keyboard = -1
_stop = 0
_pending: deque[tuple[Any, ...]] = deque()
_writing = allocate_lock()
_writer = 0


class Thread:
    """One of the script's threads, as the stage knows it."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.call: Any = None
        """The `Call` it is in, whose own calls are not recorded."""
        self.found: Any = None
        """What its last call found ready, if that was `select` or its kin."""
        self.looks = 0
        """How often in a row it has looked at its sockets in vain."""
        self.waits = False
        """It waits for an answer of the stage."""
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
    global _events, _commands, _keyboard, _stop, turns, real_ports, split, stopped
    global freeze
    words = how.split(",")
    turns, real_ports, stopped = "free" not in words, "real" in words, "stop" in words
    split, _stop = int(_given(words, "split") or 0), int(_given(words, "signal") or 0)
    freeze = _given(words, "freeze")
    _commands, _events = out_of_the_way(0), out_of_the_way(1)
    os.dup2(2, 1)  # what bypasses sys.stdout goes where the stage drains it
    reader, writer = os.pipe()
    _keyboard = out_of_the_way(writer)
    os.dup2(reader, 0)
    os.close(reader)
    os.close(writer)
    _end_with_the_stage(_given(words, "line"))
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


def _given(words: list[str], name: str) -> str | None:
    """What stands behind `name=` in how the program is to run."""
    found = (word.partition("=") for word in words)
    return next((value for key, _, value in found if key == name), None)


def _end_with_the_stage(lifeline: str | None) -> None:
    """Let the operating system kill this process group when the stage dies.

    The commander thread sees the end of its commands too, but cannot act while
    the script holds the interpreter in one long call. `lifeline` is a pipe on
    which nothing is ever written: Linux signals its end, and lets us say which
    signal (fcntl(2), F_SETSIG).
    """
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
    _pending.append((thread.number, kind, fields, time.monotonic_ns(), None))
    if len(_pending) >= FLUSH_AT or not turns:
        flush()


def ask(thread: Thread, kind: str, **fields: Any) -> Any:
    """Tell the stage, and wait for its answer."""
    thread.asked += 1
    _pending.append((thread.number, kind, fields, time.monotonic_ns(), thread.asked))
    flush()
    return wait_for_answer(thread)


def stop_process(thread: Thread, **fields: Any) -> None:
    """Tell the stage of a wait, and do no more."""
    tell(thread, "block", **fields)
    flush()
    os.kill(os.getpid(), _stop)


def wait_for_answer(thread: Thread) -> Any:
    """Sleep until the stage says "go"; returns what it says with it."""
    thread.waits = True
    try:
        thread.answered.acquire()
    finally:
        thread.waits = False
    return thread.answer


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
        with open(_commands, "rb", closefd=False) as commands:
            while True:
                size = int.from_bytes(commands.read(4), "big")
                _do(*marshal.loads(commands.read(size)))
    except EOFError:  # nothing more to load
        _leave()
    except OSError:
        _go_blind()


def _do(what: str, number: int, asked: int, value: Any, ports: Any) -> None:
    """Obey one command, of those that `recorder/wire.py` lists."""
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
        tell(numbered[0], "ready", ready=tuple(ready))
        flush()
    elif what == "where":
        stacks = sys._current_frames()
        lines = {
            thread.number: script.line_of(stacks.get(ident))
            for ident, thread in list(threads.items())
        }
        tell(numbered[0], "where", lines=lines)
        flush()
    elif what == "type":
        os.write(_keyboard, value)
    elif what == "eof":
        os.close(_keyboard)
    elif what == "interrupt":
        _interrupt()


def _interrupt() -> None:
    """Press Ctrl-C: the main thread, which waits for its answer, gets SIGINT."""
    import signal

    if signal.getsignal(signal.SIGINT) in (signal.SIG_IGN, None):
        tell(numbered[0], "where", lines={})  # it takes no notice
        flush()
    elif not hasattr(signal, "pthread_kill"):  # Windows
        _thread.interrupt_main()
    else:
        main = next(ident for ident, thread in threads.items() if not thread.number)
        asked = numbered[0].asked
        for _ in range(100):
            # One that comes before it really waits would not wake it up.
            if not numbered[0].waits or numbered[0].asked != asked:
                break
            signal.pthread_kill(main, signal.SIGINT)
            time.sleep(0.01)


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
