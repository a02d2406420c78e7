"""Ctrl-C, typed like a line, reaches a program in whatever it waits."""

from pathlib import Path

import pytest

from socketscope import END, INTERRUPT, watch
from socketscope.recording import Recording

LISTENS = """\
import socket
listener = socket.create_server(("127.0.0.1", 5555))
"""
CATCHES = """\
try:
    {call}
except KeyboardInterrupt:
    print("interrupted")
"""


def recorded(tmp_path: Path, source: str, *typed: str) -> Recording:
    (tmp_path / "server.py").write_text(source)
    return watch(tmp_path / "server.py", typed=typed)


def printed(recording: Recording) -> str:
    return "".join(event.text or "" for event in recording.events)


@pytest.mark.parametrize("call", ["input()", "listener.accept()", "time.sleep(600)"])
def test_it_is_an_exception_where_the_program_waits(tmp_path: Path, call: str) -> None:
    source = "import time\n" + LISTENS + CATCHES.format(call=call)
    recording = recorded(tmp_path, source, INTERRUPT)
    assert printed(recording) == "interrupted\n"
    assert recording.verdict.kind == "finished"
    errors = [event.error.name for event in recording.events if event.error]
    assert errors == ["KeyboardInterrupt"]


def test_nobody_need_catch_it(tmp_path: Path) -> None:
    recording = recorded(tmp_path, LISTENS + "listener.accept()\n", INTERRUPT)
    assert recording.verdict.kind == "crashed"
    assert recording.programs[0].status == 130


def test_a_program_may_ignore_it_and_go_on(tmp_path: Path) -> None:
    source = "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\n"
    recording = recorded(tmp_path, f"{source}print(input())\n", INTERRUPT, "hello", END)
    assert "hello" in printed(recording)
    assert recording.verdict.kind == "finished"
