"""Free runs, real ports, and strace as a witness."""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from socketscope import Recording
from tests.recorder.helpers import PROGRAMS, Record, find, notes, output

CHAT = ("chat_server.py", "chat_client.py")
TYPED = ["Hello Server!", "exit"]


def test_a_free_run_is_recorded_and_labelled(record: Record) -> None:
    recording = record(*CHAT, typed=TYPED, free=True)
    assert recording.verdict.kind == "finished"
    assert not recording.turns
    assert not recording.order_fixed
    assert notes(recording)[0] == "The programs ran freely; another run may differ."
    assert output(recording, 1).endswith("Server: Goodbye!\nConnection closed.\n")


def test_a_free_run_of_threads_ends_too(record: Record) -> None:
    recording = record("workers.py", free=True)
    assert recording.verdict.kind == "finished"
    assert output(recording, 0) == "[0, 1, 4, 9]\n[0, 1, 2, 3] 1\n"


def test_a_free_run_knows_a_deadlock(record: Record) -> None:
    server = """
import socket
connection, address = socket.create_server(("127.0.0.1", 5555)).accept()
connection.recv(1)
"""
    client = """
import socket
socket.create_connection(("127.0.0.1", 5555)).recv(1)
"""
    recording = record(server, client, free=True)
    assert recording.verdict.kind == "deadlock"


def test_real_ports_are_used_and_said(record: Record) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = f"""
import socket
listener = socket.create_server(("127.0.0.1", {port}))
print(listener.accept()[1][1] != 50001)
"""
    client = f"import socket\nsocket.create_connection(('127.0.0.1', {port}))\n"
    recording = record(server, client, real_port=True)
    assert recording.verdict.kind == "finished"
    assert output(recording, 0) == "True\n"
    assert recording.mapped_ports == ()
    assert any("real ones" in note for note in notes(recording))


def test_two_recordings_at_once_do_not_meet(tmp_path: Path) -> None:
    programs = [str(PROGRAMS / name) for name in CHAT]
    command = [sys.executable, "-m", "socketscope", *programs, "--type", "exit"]
    paths = [tmp_path / "1.json", tmp_path / "2.json"]
    both = [subprocess.Popen([*command, "--json", str(path)]) for path in paths]
    assert [process.wait(timeout=50) for process in both] == [0, 0]
    assert paths[0].read_text() == paths[1].read_text()


def test_a_client_of_an_unknown_port_is_noted(record: Record) -> None:
    recording = record("say_once_client.py")
    assert (
        "say_once_client.py asked for port 9999, where no recorded program listened."
    ) in notes(recording)


@pytest.mark.skipif(not shutil.which("strace"), reason="strace is not here")
def test_strace_sees_the_calls_that_are_recorded(tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    path = tmp_path / "chat.json"
    strace = ["strace", "-ff", "-qq", "-s", "0", "-e", "trace=network,close"]
    programs = [str(PROGRAMS / name) for name in CHAT]
    typed = [word for text in TYPED for word in ("--type", text)]
    recorder = [sys.executable, "-m", "socketscope", *programs, *typed]
    done = subprocess.run(
        [*strace, "-o", str(trace), *recorder, "--json", str(path)],
        stderr=subprocess.PIPE,
        timeout=50,
    )
    if b"ptrace" in done.stderr:
        pytest.skip("tracing is not allowed here")
    recording = Recording.load(path)
    traces = [file.read_text() for file in tmp_path.glob("trace.*")]
    (server,) = [text for text in traces if "listen(" in text]
    told = {
        "accept4": len(find(recording, "return", "accept")),
        "bind": len(find(recording, "return", "bind")),
        "listen": len(find(recording, "return", "listen")),
    }
    for call, count in told.items():
        assert len(re.findall(rf"^{call}\(", server, re.MULTILINE)) == count
    for call, kind, name in (
        ("recvfrom", "return", "recv"),
        ("sendto", "call", "sendall"),
    ):
        sizes = [e.size for e in find(recording, kind, name) if e.program == 0]
        traced = re.findall(rf"^{call}\(.*= (\d+)$", server, re.MULTILINE)
        assert [int(size) for size in traced] == sizes
