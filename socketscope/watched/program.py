"""Runs the learner's script as `python SCRIPT` would, watched."""

from __future__ import annotations

import _signal  # type: ignore[import-not-found]
import atexit
import builtins
import functools
import os
import sys
import types

from socketscope.watched import (
    addresses,
    calls,
    channel,
    lines,
    script,
    selecting,
    sockets,
    terminal,
    threads,
    transfer,
)
from socketscope.watched.hints import Any, Iterable, NoReturn

UNSEEN = {
    "os.fork": "processes",
    "os.forkpty": "processes",
    "os.posix_spawn": "processes",
    "subprocess.Popen": "processes",
    "os.exec": "exec",
}
"""Audit events of what turns cannot order -> what it is."""
_real_exit = os._exit


def main(modules_at_start: Iterable[str]) -> NoReturn:
    """Open the wires, wait for the first turn, run the script, end."""
    how, path, *arguments = sys.argv[1:]
    script.path = os.path.abspath(path)
    channel.open_wires(how)
    _heed_ctrl_c()
    for room in (sockets, transfer, addresses, threads, selecting, terminal):
        room.install()
    _watch_for_the_unseen()
    sys.argv = [path, *arguments]
    sys.path[0] = os.path.dirname(script.path)
    _forget_what_the_script_hides(modules_at_start)

    thread = channel.numbered[0]
    channel.ask(thread, "start")
    status = _run(thread)
    _end(thread, status)


def _heed_ctrl_c() -> None:
    """Have Ctrl-C raise an exception, as in a terminal, also where the recorder was
    put into the background and takes no notice of it."""
    if _signal.getsignal(_signal.SIGINT) == _signal.SIG_IGN:
        _signal.signal(_signal.SIGINT, _signal.default_int_handler)


def _run(thread: channel.Thread) -> int:
    """Run the script and all its threads; returns its exit status."""
    # A fresh and lasting module: threads may live on when the script is done.
    module = types.ModuleType("__main__")
    sys.modules["__main__"] = module
    scope = module.__dict__
    loader: Any = type(channel.__loader__)
    scope.update(
        __file__=script.path,
        __builtins__=builtins,
        __cached__=None,
        __annotations__={},
        __loader__=loader("__main__", script.path),
    )
    try:
        with open(script.path, "rb") as file:
            source = file.read()
        code = compile(source, script.path, "exec", dont_inherit=True)
        lines.install()
        exec(code, scope)
        status = 0
    except SystemExit as request:
        status = _status(request.code)
    except BaseException as error:
        sys.settrace(None)
        status = _crash(thread, error)
    sys.settrace(None)
    try:  # noqa: SIM105
        threads.join_all()
    except (KeyboardInterrupt, SystemExit):
        pass  # too late to change anything, for Python too
    atexit._run_exitfuncs()
    return status


def _status(code: Any) -> int:
    """What `sys.exit(code)` means."""
    if code is None or isinstance(code, int):
        return (code or 0) & 0xFF
    print(code, file=sys.stderr)
    return 1


def _crash(thread: channel.Thread, error: BaseException) -> int:
    threads.tell_crash(thread, error)
    sys.stdout.flush()
    sys.excepthook(type(error), error, error.__traceback__)
    return 130 if isinstance(error, KeyboardInterrupt) else 1


def _end(thread: channel.Thread, status: int) -> NoReturn:
    """End as Python does: let go of everything, then leave."""
    sockets.ending = True
    if channel.turns:
        # Objects with something to say at their end say it.
        scope = sys.modules["__main__"].__dict__
        for name in [n for n in scope if not n.startswith("__")]:
            scope[name] = None
    for stream in (sys.stdout, sys.stderr):
        try:  # noqa: SIM105
            stream.flush()
        except (OSError, ValueError):
            pass
    if not channel.blind:
        calls.tell_count(thread)
        channel.tell(thread, "exit", result=str(status))
        channel.flush()
    _real_exit(status)


def _forget_what_the_script_hides(modules_at_start: Iterable[str]) -> None:
    """Let a learner's own `socket.py` be imported instead of Python's.

    It is a classical mistake, and only shows if we have not yet imported the
    real one in its place.
    """
    folder = sys.path[0]
    for name in set(sys.modules) - set(modules_at_start):
        if "." not in name and os.path.exists(os.path.join(folder, f"{name}.py")):
            del sys.modules[name]


def _watch_for_the_unseen() -> None:
    """Tell the stage when the script does what turns cannot order."""

    def tell(what: str | None) -> None:
        thread = channel.this_thread() if what else None
        if thread is not None:
            channel.tell(thread, "unseen", what=what)
            channel.flush()

    def hook(event: str, args: tuple[Any, ...]) -> None:
        asyncio = event == "import" and args[0] == "asyncio"
        tell("asyncio" if asyncio else UNSEEN.get(event))

    sys.addaudithook(hook)

    def telling(real: Any) -> Any:
        @functools.wraps(real)
        def sets(*arguments: Any) -> Any:
            tell("alarm")
            return real(*arguments)

        return sets

    # Importing `signal` takes a millisecond; it will take its names from `_signal`.
    module = sys.modules.get("signal") or sys.modules["_signal"]
    for name in {"alarm", "setitimer"} & set(dir(module)):  # not on Windows
        setattr(module, name, telling(getattr(module, name)))

    def leave(status: int) -> NoReturn:
        channel.flush()
        _real_exit(status)

    os._exit = leave
