"""The world as it is: each program a process, and the operating system's TCP."""

from __future__ import annotations

import contextlib
import importlib.util
import marshal
import os
import queue
import signal
import socket
import subprocess
import sys
import threading
import time
import uuid
from pathlib import Path
from typing import Any

from socketscope.recorder import kernel
from socketscope.recorder.wire import Command, Raw
from socketscope.recorder.world import CannotRecord

WATCHED = Path(__file__).parents[1] / "watched" / "__main__.py"
STRAY_KEPT = 100_000
"""Bytes of output past Python's own files that are kept."""
LEAVING = 0.5
"""Seconds from the end of a program's wire to its own, if it just ends."""
MARK = "SOCKETSCOPE_RECORDING"
"""In the environment of the programs and of all that they start."""
GENERATIONS = 5
"""How often orphans of orphans are looked for."""

_starting = threading.Lock()
"""Held while a program is started, which has no mark yet."""
_programs: set[int] = set()
"""Every one that was started and is not known to be over: its end is awaited."""
_recordings = 0
"""How many are under way in this process."""

Mail = queue.SimpleQueue[tuple[int, Raw]]
"""Messages of all programs, each with its program's number."""


class Processes:
    """All programs of a recording, as a `world.World`."""

    def __init__(self) -> None:
        self.mail: Mail = queue.SimpleQueue()
        self.processes: list[Process] = []
        self.refusing: dict[int, socket.socket] = {}
        self.source = kernel.best_source(lambda: [p.pid for p in self.processes])
        _adopt_orphans(1)
        self.strangers = _children()

    def start(
        self, command: list[str], how: str, cwd: str | os.PathLike[str] | None
    ) -> None:
        index = len(self.processes)
        self.processes.append(Process(index, how, command, cwd, self.mail))

    def hear(self, seconds: float) -> tuple[int, Raw] | None:
        try:
            return self.mail.get(timeout=max(seconds, 0.0001))
        except queue.Empty:
            return None

    def tell(self, program: int, what: Command, *fields: Any) -> None:
        self.processes[program].send(what, *fields)

    def now(self) -> float:
        return time.monotonic()

    def pause(self, seconds: float) -> None:
        time.sleep(seconds)

    def cpu_seconds(self, program: int) -> float:
        return self.processes[program].cpu_seconds()

    def cost(self, program: int) -> tuple[float, int] | None:
        return self.processes[program].cost()

    def is_asleep(self, program: int) -> bool:
        return self.processes[program].is_asleep()

    def nobody_at(self, port: int) -> int:
        if port not in self.refusing:  # it is bound, and nobody listens
            self.refusing[port] = socket.socket()
            self.refusing[port].bind(("127.0.0.1", 0))
        return int(self.refusing[port].getsockname()[1])

    def end(self, program: int, sweep: bool) -> None:
        self.processes[program].end(self.strangers if sweep else None)

    def close(self) -> None:
        for refusing in self.refusing.values():
            refusing.close()
        if isinstance(self.source, kernel.Netlink):
            self.source.close()
        _adopt_orphans(-1)


class Process:
    """A started program: its wires, and its certain end."""

    def __init__(
        self,
        index: int,
        how: str,
        command: list[str],
        cwd: str | os.PathLike[str] | None,
        mail: Mail,
    ) -> None:
        self.index = index
        self.mail = mail
        self.mark = uuid.uuid4().hex
        self.lifeline: int | None = None
        inherited = []
        if sys.platform == "linux":
            reader, self.lifeline = os.pipe()
            inherited = [reader]
            how = f"{how},line={reader}"
        try:
            with _starting:
                self.process = subprocess.Popen(
                    [sys.executable, str(WATCHED), how, *command],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE,
                    cwd=cwd,
                    env={**os.environ, MARK: self.mark},
                    pass_fds=inherited,
                    # A group of its own, so that its end is the end of all.
                    start_new_session=os.name == "posix",
                )
                _programs.add(self.process.pid)
        finally:
            for descriptor in inherited:
                os.close(descriptor)
        self.stray = threading.Thread(target=self._read_stray, daemon=True)
        self.stray.start()
        self.events = threading.Thread(target=self._read_events, daemon=True)
        self.events.start()

    @property
    def pid(self) -> int:
        return self.process.pid

    def send(self, what: Command, *fields: Any) -> None:
        """Send a command; a program that is no more does not mind."""
        body = marshal.dumps((what, *fields))
        pipe = self.process.stdin
        assert pipe is not None
        with contextlib.suppress(OSError):
            pipe.write(len(body).to_bytes(4, "big") + body)
            pipe.flush()

    def end(self, strangers: set[int] | None) -> None:
        """Kill it and all that it started; outside its group, too, if it is known
        which children are `strangers`."""
        if os.name == "posix":
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.pid, signal.SIGKILL)
        self.process.kill()
        self.process.wait()
        _programs.discard(self.pid)
        if strangers is not None:
            _kill_marked(self.mark)
            _kill_adopted(strangers)
        if self.lifeline is not None:
            os.close(self.lifeline)
        self.events.join(1)
        self.stray.join(1)
        for pipe, reader in (
            (self.process.stdin, None),
            (self.process.stdout, self.events),
            (self.process.stderr, self.stray),
        ):
            if pipe is not None and (reader is None or not reader.is_alive()):
                with contextlib.suppress(OSError):
                    pipe.close()

    def is_asleep(self) -> bool:
        """Whether all its threads sleep, or are stopped by a signal; False where
        it cannot be known."""
        with contextlib.suppress(OSError):
            for task in os.listdir(f"/proc/{self.pid}/task"):
                with open(f"/proc/{self.pid}/task/{task}/stat", "rb") as file:
                    # pid (name) state …: the name may hold anything
                    if file.read().rpartition(b")")[2].split()[0] not in b"ST":
                        return False
            return True
        return False

    def cpu_seconds(self) -> float:
        """Processor time used so far; passing time where it cannot be known."""
        cost = self.cost()
        return time.monotonic() / 3 if cost is None else cost[0]

    def cost(self) -> tuple[float, int] | None:
        """As in `World`. The fields are those of /proc/pid/stat in proc(5)."""
        try:
            with open(f"/proc/{self.pid}/stat", "rb") as file:
                fields = file.read().rpartition(b")")[2].split()
            used = sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")
            return used, int(fields[21]) * os.sysconf("SC_PAGE_SIZE")
        except (OSError, AttributeError, ValueError, IndexError):
            return None

    def _read_events(self) -> None:
        pipe = self.process.stdout
        assert pipe is not None
        with contextlib.suppress(OSError, ValueError, EOFError, TypeError):
            while head := pipe.read(4):
                for message in marshal.loads(pipe.read(int.from_bytes(head, "big"))):
                    self.mail.put((self.index, message))
        try:
            status = self.process.wait(LEAVING)
        except subprocess.TimeoutExpired:
            self._post("silent")
            status = self.process.wait()
        self.stray.join(0.2)
        self._post("gone", status=status)

    def _read_stray(self) -> None:
        """Drain what bypasses Python's files, or the program would block."""
        pipe = self.process.stderr
        assert pipe is not None
        kept = 0
        with contextlib.suppress(OSError, ValueError):
            while data := os.read(pipe.fileno(), 65536):
                if kept < STRAY_KEPT:
                    self._post("stray", text=data.decode("utf-8", "replace"))
                kept += len(data)

    def _post(self, kind: str, **fields: Any) -> None:
        self.mail.put((self.index, (0, kind, fields, time.monotonic_ns(), None)))


def _adopt_orphans(more: int) -> None:
    """Be the parent of whatever programs leave behind, while any is recorded (Linux).

    `more` recordings begin (1) or are over (-1). See PR_SET_CHILD_SUBREAPER in
    prctl(2): orphans come to this process, and not to the first of all.
    """
    global _recordings
    if sys.platform != "linux":
        return
    with _starting, contextlib.suppress(OSError, AttributeError, ImportError):
        import ctypes

        _recordings += more
        ctypes.CDLL(None).prctl(36, int(_recordings > 0), 0, 0, 0)


def _children() -> set[int]:
    """The processes whose parent is this one; none where that is not told."""
    found: set[int] = set()
    if sys.platform != "linux":
        return found
    for thread in Path("/proc/self/task").iterdir():  # proc(5)
        with contextlib.suppress(OSError):
            found |= set(map(int, (thread / "children").read_text().split()))
    return found


def _kill_adopted(before: set[int]) -> None:
    """Kill the children that came as orphans: in a session that we did not make.

    They may have left their group and lost their mark. What they started in their
    turn comes to us when they are gone, so it is looked for again.
    """
    with _starting:
        for _ in range(GENERATIONS):
            for pid in _children() - before - _programs:
                with contextlib.suppress(OSError):
                    if os.getsid(pid) != os.getsid(0) and not _has_mark(pid):
                        os.kill(pid, signal.SIGKILL)
                        os.waitpid(pid, 0)


def _kill_marked(mark: str) -> None:
    """Kill what a program started and moved to a session of its own (Linux)."""
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if _has_mark(int(folder.name), mark):
                os.kill(int(folder.name), signal.SIGKILL)


def _has_mark(pid: int, mark: str = "") -> bool:
    """Whether a process belongs to a recording (the one of that mark)."""
    environment = Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    marked = f"{MARK}={mark}".encode()
    return any(each.startswith(marked) for each in environment)


def read_source(path: Path, name: str) -> str:
    """The script's text; raises `CannotRecord` if there is none."""
    try:
        data = path.read_bytes()
    except IsADirectoryError:
        raise CannotRecord(f"{name} is a folder, not a program.") from None
    except FileNotFoundError:
        raise CannotRecord(f"There is no file {name}.") from None
    except OSError as error:
        why = os.strerror(error.errno) if error.errno else str(error)
        raise CannotRecord(f"{name} cannot be read: {why}.") from None
    try:
        return importlib.util.decode_source(data)
    except (SyntaxError, UnicodeDecodeError):
        return data.decode("utf-8", "replace")
