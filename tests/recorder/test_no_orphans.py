"""No process of a recording outlives it, however it ends."""

from __future__ import annotations

import contextlib
import ctypes
import os
import select
import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

from socketscope.recorder import processes
from tests.recorder.helpers import Record

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="pidfd is Linux's")


@pytest.fixture
def announced(tmp_path: Path) -> Iterator[int]:
    """A named pipe to which the programs tell their process numbers."""
    os.mkfifo(tmp_path / "pids")
    reader = os.open(tmp_path / "pids", os.O_RDWR | os.O_NONBLOCK)
    yield reader
    os.close(reader)


TELL = """
import os
def tell():
    with open({path!r}, "w") as pipe:
        pipe.write(f"{{os.getpid()}}\\n")
"""
WAYS = {
    "waits": "tell()\nimport socket\nsocket.create_server(('', 5555)).accept()\n",
    "computes": "tell()\nwhile True: pass\n",
    "holds the interpreter": "tell()\nsum(range(10**13))\n",
    "ignores signals": "import signal\n"
    "for n in (1, 2, 15): signal.signal(n, signal.SIG_IGN)\ntell()\n"
    "while True: pass\n",
    "forks": "import time\nos.fork()\ntell()\ntime.sleep(1000)\n",
}


def read_pids(reader: int, count: int) -> list[int]:
    text = ""
    while text.count("\n") < count:
        assert select.select([reader], [], [], 30)[0], "no program has started"
        text += os.read(reader, 4096).decode()
    return [int(line) for line in text.split()]


def assert_gone(pids: list[int]) -> None:
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            watcher = os.pidfd_open(pid)
            try:
                assert select.select([watcher], [], [], 30)[0], f"{pid} lives on"
            finally:
                os.close(watcher)


@pytest.mark.parametrize("way", WAYS)
def test_programs_end_when_the_recorder_is_killed(
    way: str, announced: int, tmp_path: Path
) -> None:
    script = tmp_path / "server.py"
    script.write_text(TELL.format(path=str(tmp_path / "pids")) + WAYS[way])
    command = [sys.executable, "-m", "socketscope", str(script), "--json", os.devnull]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as recorder:
        pids = read_pids(announced, 2 if way == "forks" else 1)
        recorder.send_signal(signal.SIGKILL)
    assert_gone(pids)


@pytest.mark.parametrize("becomes", ["", "os.execve('/bin/sleep', ['sleep', '9'], {})"])
def test_a_daemon_that_left_the_group_is_ended_too(
    becomes: str, announced: int, tmp_path: Path, record: Record
) -> None:
    """Even one without an environment, in which there is no mark of ours."""
    source = TELL.format(path=str(tmp_path / "pids")) + textwrap.dedent(f"""
        import time
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0:
                tell()
                {becomes}
                time.sleep(1000)
            os._exit(0)
        os.wait()
    """)
    recording = record(source, real_port=True)
    assert recording.verdict.kind == "finished"
    assert_gone(read_pids(announced, 1))


def test_an_interrupted_recorder_leaves_nothing(announced: int, tmp_path: Path) -> None:
    script = tmp_path / "server.py"
    script.write_text(TELL.format(path=str(tmp_path / "pids")) + WAYS["computes"])
    command = [sys.executable, "-m", "socketscope", str(script), "--json", os.devnull]
    with subprocess.Popen(command, stderr=subprocess.PIPE) as recorder:
        pids = read_pids(announced, 1)
        recorder.send_signal(signal.SIGINT)
        _, text = recorder.communicate(timeout=30)
    assert_gone(pids)
    assert text == b"Stopped.\n"
    assert recorder.returncode == 2


def test_no_descriptor_and_no_thread_is_left(record: Record) -> None:
    record("print()\n")
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(3):
        record("print()\n")
    assert len(os.listdir("/proc/self/fd")) == before


def test_who_records_adopts_nobody_afterwards(record: Record) -> None:
    ours = ctypes.CDLL(None)
    adopts = ctypes.c_int(1)
    record("print()\n")
    assert ours.prctl(37, ctypes.byref(adopts), 0, 0, 0) == 0  # PR_GET_CHILD_SUBREAPER
    assert adopts.value == 0


def test_the_end_of_another_recordings_program_is_left_to_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """One that has just ended may have no mark any more, and is no orphan for that."""
    monkeypatch.setattr(processes, "_has_mark", lambda pid: False)
    command = ["sh", "-c", "exit 3"]
    with subprocess.Popen(command, start_new_session=True) as program:
        os.waitid(os.P_PID, program.pid, os.WEXITED | os.WNOWAIT)
        monkeypatch.setattr(processes, "_programs", {program.pid})
        processes._kill_adopted(processes._children() - {program.pid})
    assert program.returncode == 3
