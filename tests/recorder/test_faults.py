"""Faults that are arranged: the same each time, named, and no deadlock."""

from __future__ import annotations

import os
import signal
from typing import Any

import pytest

from socketscope import CannotRecord, Recording
from socketscope.__main__ import main
from socketscope.drawing.text import draw_text
from socketscope.recording import Note
from tests.recorder.helpers import Pems, Record, output, verdict

ECHO = """
import socket
connection, address = socket.create_server(("127.0.0.1", 5555)).accept()
while data := connection.recv(1024):
    connection.sendall(data)
"""
CLIENT = """
import os, socket
print(os.getpid())
client = socket.create_connection(("127.0.0.1", 5555))
client.sendall(b"hello")
client.recv(1024)
"""


def sizes(recording: Recording, program: int = 0) -> list[int]:
    returns = [
        e for e in recording.events if e.kind == "return" and e.program == program
    ]
    return [e.size for e in returns if e.size is not None]


def stands(recording: Recording) -> list[tuple[str | None, tuple[str, ...]]]:
    return [(wait.call, wait.waits_for) for wait in recording.verdict.waits]


# -- split -------------------------------------------------------------------


@pytest.mark.parametrize(
    "reads",
    [
        "while data := connection.recv(1024): got += data",
        "while data := connection.recvfrom(1024)[0]: got += data",
        "while data := connection.recvmsg(1024)[0]: got += data",
        "while n := connection.recv_into(buffer): got += buffer[:n]",
        "while n := connection.recv_into(buffer, nbytes=9): got += buffer[:n]",
        "got = connection.makefile('rb').read()",
    ],
)
def test_no_receive_brings_more_than_it_may(record: Record, reads: str) -> None:
    server = f"""
import socket
connection, address = socket.create_server(("127.0.0.1", 5555)).accept()
got, buffer = b"", bytearray(100)
{reads}
print(got)
"""
    client = CLIENT.replace("client.recv(1024)", "client.close()")
    recording = record(server, client, split=2)
    assert output(recording, 0) == "b'hello'\n"
    assert sizes(recording) == [2, 2, 1, 0]
    assert Note("split", number=2) in recording.notes
    assert "no receive brought more than 2 bytes" in draw_text(recording)


def test_what_may_not_be_split_is_not(record: Record) -> None:
    """A datagram would be cut, and MSG_WAITALL asks for all that it names."""
    server = """
import socket
box = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
box.bind(("127.0.0.1", 5555))
listener = socket.create_server(("127.0.0.1", 5556))
print(box.recv(100))
print(listener.accept()[0].recv(5, socket.MSG_WAITALL))
"""
    client = """
import socket
box = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
box.sendto(b"hello", ("127.0.0.1", 5555))
socket.create_connection(("127.0.0.1", 5556)).sendall(b"again")
"""
    recording = record(server, client, split=2)
    assert output(recording, 0) == "b'hello'\nb'again'\n"


def test_tls_is_split_where_the_program_reads(record: Record, pems: Pems) -> None:
    recording = record(
        ("tls_server.py", pems.server), ("tls_client.py", pems.authority), split=2
    )
    assert set(sizes(recording)) - {0} == {2}


# -- stopped reading, frozen ---------------------------------------------------


def test_a_program_that_stops_reading_holds_up_who_sends_to_it(record: Record) -> None:
    sends = CLIENT.replace('b"hello"', "bytes(10_000_000)")
    recording = record(ECHO, sends, stop_reading=[0])
    assert (recording.verdict.kind, recording.verdict.because) == ("open", "fault")
    assert stands(recording) == [("recv", ("stopped",)), ("sendall", ("room",))]
    assert sizes(recording) == []
    assert verdict(recording) == (
        "server.py waits in recv() on line 4 for the recorder, which lets it read no "
        "more; client1.py waits in sendall() on line 5 for room in the other side's "
        "receive queue: nothing more happened."
    )
    assert "On purpose, server.py was let read no more." in draw_text(recording)


def test_time_does_not_bring_back_who_reads_no_more(record: Record) -> None:
    waits = CLIENT.replace("client.recv", "client.settimeout(0.01)\nclient.recv")
    recording = record(ECHO, waits, stop_reading=[1])
    assert stands(recording)[1] == ("recv", ("stopped",))


@pytest.mark.usefixtures("queues")
def test_a_frozen_program_stands_still_and_is_ended(record: Record) -> None:
    recording = record(ECHO, CLIENT, freeze=[(1, "recv")])
    assert (recording.verdict.kind, recording.verdict.because) == ("open", "fault")
    assert stands(recording) == [("recv", ("bytes",)), ("recv", ("frozen",))]
    assert Note("frozen", 1, text="recv") in recording.notes
    assert "client1.py was frozen (SIGSTOP)" in draw_text(recording)
    # What was sent to it lies there: its operating system still takes it.
    last = [e.tcp for e in recording.events if e.tcp][-1]
    assert [s.waiting for s in last if s.socket == 1] == [5]
    with pytest.raises(ProcessLookupError):
        os.kill(int(output(recording, 1)), 0)


def test_a_program_is_frozen_in_a_free_run_too(record: Record) -> None:
    silent = ECHO.replace("connection.sendall(data)", "input()")
    recording = record(silent, CLIENT, freeze=[(1, "recv")], free=True)
    assert (recording.verdict.kind, recording.verdict.because) == ("open", "fault")
    assert stands(recording)[1] == ("recv", ("frozen",))


def test_a_frozen_server_at_rest_is_not_idle(record: Record) -> None:
    recording = record(ECHO, "input()\n", freeze=[(0, "accept")], typed=["x"])
    assert (recording.verdict.kind, recording.verdict.because) == ("open", "fault")
    assert recording.programs[1].status == 0


def test_who_never_waits_there_is_not_frozen_and_that_is_said(record: Record) -> None:
    recording = record(ECHO, CLIENT, freeze=[(1, "accept")])
    assert recording.verdict.kind == "finished"
    assert "was to be frozen in accept(), but never waited" in draw_text(recording)


@pytest.mark.parametrize(
    "fault", [{"split": 2}, {"stop_reading": [1]}, {"freeze": [(1, "recv")]}]
)
def test_a_fault_is_the_same_each_time(record: Record, fault: dict[str, Any]) -> None:
    quiet = CLIENT.replace("print(os.getpid())", "")
    first, second = (record(ECHO, quiet, **fault).to_json() for _ in range(2))
    assert first == second


# -- asking for them -----------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        ({"split": 0}, "A receive cannot be split into pieces of less than 1 byte."),
        ({"freeze": [(0, "rcv")]}, "There is no call rcv() to freeze a program in."),
        (
            {"freeze": [(1, "recv")]},
            "There is no program 1 in which to arrange a fault.",
        ),
        ({"stop_reading": [7]}, "There is no program 7 in which to arrange a fault."),
    ],
)
def test_a_fault_that_cannot_be_arranged_is_told(
    record: Record, fault: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(CannotRecord) as told:
        record(ECHO, **fault)
    assert str(told.value) == sentence


def test_without_sigstop_nothing_is_frozen(
    record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(signal, "SIGSTOP")
    with pytest.raises(CannotRecord, match="it has no SIGSTOP"):
        record(ECHO, CLIENT, freeze=[(1, "recv")])


def test_the_command_line_arranges_them(
    tmp_path: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "server.py").write_text(ECHO)
    (tmp_path / "client.py").write_text(CLIENT)
    programs = [str(tmp_path / name) for name in ("server.py", "client.py")]
    faults = ["--split", "2", "--stop-reading", "0", "--freeze", "1:recv"]
    assert main([*programs, *faults]) == 0  # nothing more was seen, nothing went wrong
    drawn = capsys.readouterr().out
    assert drawn.count("On purpose") == 3
    with pytest.raises(SystemExit):
        main([*programs, "--freeze", "recv"])
    assert "does not name a client and a call" in capsys.readouterr().err
