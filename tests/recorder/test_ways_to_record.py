"""Free runs, real ports, and several recordings at once."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

from tests.recorder.helpers import PROGRAMS, Record, notes, output

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
        "say_once_client.py asked for port 9999, where no recorded program "
        "listened then."
    ) in notes(recording)
