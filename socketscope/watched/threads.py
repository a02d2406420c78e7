"""Watching threads, and their waiting for each other.

All waiting in `threading` and `queue` comes down to acquiring a lock, so one
lock that waits in turns is enough for conditions, events, semaphores, queues,
barriers, timers and pools. What the script called is read off the stack.
"""

from __future__ import annotations

import _thread
import functools
import itertools
import queue
import sys
import threading
import time

from socketscope.watched import channel, script, values
from socketscope.watched.calls import Call
from socketscope.watched.hints import Any, Callable, FrameType

_real_sleep = time.sleep
_real_join = threading.Thread.join
_real_start = threading.Thread.start
_real_delete = threading.Thread._delete  # type: ignore[attr-defined]
_real_start_new_thread = _thread.start_new_thread

numbers: dict[threading.Thread, channel.Thread] = {}
"""The stage's view of each thread that was started by `threading`."""
ended: set[channel.Thread] = set()
_ages = itertools.count()


def install() -> None:
    """Put the watching versions in place."""
    library: Any = threading
    library.Lock = library._allocate_lock = Lock
    raw: Any = _thread
    raw.allocate_lock = raw.allocate = Lock
    raw.start_new_thread = raw.start_new = _start_new_thread
    # The library's own versions in Python, which are made of locks.
    library.RLock = library._RLock
    queue.SimpleQueue = queue._PySimpleQueue  # type: ignore[attr-defined, misc]
    library.Thread.start = _start
    library.Thread.join = _join
    library.Thread._delete = _delete
    library.Thread.__hash__ = _hash
    clock: Any = time
    clock.sleep = _sleep
    numbers[threading.main_thread()] = channel.numbered[0]


def _hash(self: threading.Thread) -> int:
    # By age, not by address: so a set of threads has the same order in each run.
    return int(self.__dict__.setdefault("_age", next(_ages)))


# -- locks -------------------------------------------------------------------


class Lock:
    """A lock whose waiters take turns."""

    def __init__(self) -> None:
        self._lock = channel.allocate_lock()
        self._holder: channel.Thread | None = None

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        taken = self._lock.acquire(False)
        thread = channel.this_thread()
        if not taken:
            if thread is None:
                taken = self._lock.acquire(blocking, timeout)
            elif blocking:
                taken = self._wait(None if timeout < 0 else timeout)
            elif channel.turns and script.is_calling(1):
                # Whoever tries in a loop must let the holder get on.
                channel.ask(thread, "pause", yields=True)
        if taken:
            self._holder = thread
        return taken

    def _wait(self, timeout: float | None) -> bool:
        if timeout is not None and timeout > threading.TIMEOUT_MAX:
            raise OverflowError("timeout value is too large")
        name, waits_for, library = self._what_for()
        more: dict[str, Any] = {}
        if waits_for == "lock" and self._holder is not None:
            more["holder"] = self._holder.number
        if timeout is not None and library is not None:
            # The library waits for what is left of the time that the script
            # gave it, and how much is left differs from run to run.
            asked, until = (library.f_locals.get(n) for n in ("timeout", "endtime"))
            if isinstance(asked, (int, float)):
                more["until"] = until
                timeout = asked
        free_run = not channel.turns

        def check(seconds: float | None) -> bool:
            if free_run and seconds != 0:
                return self._lock.acquire(True, -1 if seconds is None else seconds)
            return not self._lock.locked()

        with Call(name) as call:
            while call.wait(check, waits_for, timeout=timeout, **more):
                if (free_run and call.blocked) or self._lock.acquire(False):
                    return True
        return False

    def _what_for(self) -> tuple[str, str, FrameType | None]:
        """What the script called, what that waits for, and the library's frame."""
        name, waits_for, library = "acquire", "lock", None
        frame: FrameType | None = sys._getframe(2)
        while frame is not None and frame.f_code.co_filename != script.path:
            known = WAITS.get(frame.f_code.co_qualname)
            if known is not None:
                if frame.f_locals.get("waiter", self) is not self:
                    break  # a condition takes its lock back before it returns
                (name, waits_for), library = known, frame
            frame = frame.f_back
        return name, waits_for, library

    def release(self) -> None:
        self._holder = None
        self._lock.release()

    def locked(self) -> bool:
        return self._lock.locked()

    acquire_lock = acquire
    release_lock = release
    locked_lock = locked

    def __enter__(self) -> bool:
        return self.acquire()

    def __exit__(self, *_: object) -> None:
        self.release()

    def _at_fork_reinit(self) -> None:
        self._lock = channel.allocate_lock()

    def __repr__(self) -> str:
        state = "locked" if self.locked() else "unlocked"
        return f"<{state} _thread.lock object at {id(self):#x}>"


WAITS = {
    "Condition.wait": ("wait", "notify"),
    "Condition.wait_for": ("wait_for", "condition"),
    "Event.wait": ("wait", "event"),
    "Semaphore.acquire": ("acquire", "semaphore"),
    "Barrier.wait": ("wait", "barrier"),
    "Queue.get": ("get", "item"),
    "_PySimpleQueue.get": ("get", "item"),
    "Queue.put": ("put", "queue_room"),
    "Queue.join": ("join", "queue_done"),
    "Timer.run": ("wait", "timer"),
    "Future.result": ("result", "task"),
    "wait": ("wait", "tasks"),
}


# -- threads -----------------------------------------------------------------


def _start(self: Any) -> None:
    parent = channel.this_thread()
    if parent is None or self._started.is_set():
        _real_start(self)
        return
    run = self.run
    child = channel.new_thread()

    def run_as_it_was() -> None:
        del self.run
        run()

    numbers[self] = child
    self.run = functools.partial(_run_in_turn, child, run_as_it_was)
    # Until it runs, neither thread's waiting for the other is the script's.
    del channel.threads[_thread.get_ident()]
    try:
        _real_start(self)
    except BaseException:
        channel.numbered.pop()
        raise
    finally:
        channel.threads[_thread.get_ident()] = parent
    _introduce(parent, child, self.name)


def _start_new_thread(
    function: Callable[..., object], args: Any, kwargs: Any = None, /
) -> int:
    parent = channel.this_thread()
    if parent is None:
        return _real_start_new_thread(function, args, kwargs or {})
    child = channel.new_thread()
    trace = sys.gettrace()

    def run() -> None:
        sys.settrace(trace)
        function(*args, **(kwargs or {}))

    ident = _real_start_new_thread(_run_in_turn, (child, run, True))
    _introduce(parent, child, f"Thread-{child.number}")
    return ident


def _introduce(parent: channel.Thread, child: channel.Thread, name: str) -> None:
    line = script.line_of(sys._getframe(2))
    channel.tell(parent, "track", new=child.number, text=name, line=line)
    if channel.turns:
        channel.flush()
    else:
        child.answered.release()


def _run_in_turn(
    child: channel.Thread, run: Callable[[], object], is_raw: bool = False
) -> None:
    """Run what the script gave a thread to do, from its first turn on.

    No function of ours may call it: once the crash is told, Python would add
    that one's frame to the traceback.
    """
    channel.wait_for_answer(child)
    channel.threads[_thread.get_ident()] = child
    try:
        run()
    except SystemExit:
        raise
    except BaseException as error:
        tell_crash(child, error)
        raise
    finally:
        if is_raw:  # else _delete() comes later
            sys.settrace(None)
            _tell_end(child)


def tell_crash(thread: channel.Thread, error: BaseException) -> None:
    """Tell the stage of an exception that nobody handled."""
    script.drop_our_frames(error)
    line = None
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == script.path:
            line = trace.tb_lineno
        trace = trace.tb_next
    if isinstance(error, SyntaxError) and line is None:
        line = error.lineno
    channel.tell(thread, "crash", line=line, error=values.describe(error))


def _delete(self: threading.Thread) -> None:
    """The last thing that a thread does: say so."""
    child = numbers.get(self)
    _real_delete(self)
    if child is not None:
        channel.ending.append(lambda: _vanish(self))
        _tell_end(child)


def _tell_end(child: channel.Thread) -> None:
    if not channel.blind:
        channel.threads.pop(_thread.get_ident(), None)
        ended.add(child)
        channel.tell(child, "track_end")
        channel.flush()


def _vanish(thread: threading.Thread) -> None:
    """Wait, a moment, until Python too says that the thread is over."""
    for _ in range(1000):
        if not thread.is_alive():
            return
        _real_sleep(0.001)


def _join(self: threading.Thread, timeout: float | None = None) -> None:
    child = numbers.get(self)
    thread = channel.this_thread()
    if thread is None or child is None or child is thread:
        _real_join(self, timeout)
        return

    def check(seconds: float | None) -> bool:
        if seconds == 0:
            return child in ended
        _real_join(self, seconds)
        return not self.is_alive()

    if not check(0):
        with Call("join") as call:
            if not call.wait(check, "thread", timeout=timeout, holder=child.number):
                return
    _real_join(self)


def join_all() -> None:
    """What Python does when the main thread is at its end."""
    for callback in reversed(getattr(threading, "_threading_atexits", [])):
        callback()
    while waited_for := [
        t
        for t in threading.enumerate()
        if t in numbers and t is not threading.main_thread() and not t.daemon
    ]:
        waited_for[0].join()


def _sleep(seconds: float, /) -> None:
    thread = channel.this_thread()
    if thread is None or not isinstance(seconds, (int, float)) or seconds < 0:
        _real_sleep(seconds)
        return

    def check(limit: float | None) -> bool:
        if limit:
            _real_sleep(limit)
        return False

    with Call("sleep", arguments=(values.show(seconds),)) as call:
        if seconds == 0 and channel.turns:
            call.late = True  # sleep(0) offers the turn to others
        call.wait(check, "time", timeout=seconds)
