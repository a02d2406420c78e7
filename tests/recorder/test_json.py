"""A recording saves and loads, and refuses what is none."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest

from socketscope import NotARecording, Recording
from socketscope.recording import (
    VERSION,
    Event,
    Note,
    Program,
    Raised,
    Socket,
    TcpState,
    Track,
    Verdict,
    Wait,
)
from tests.recorder.helpers import Record

HERE, THERE = ("127.0.0.1", 5555), ("127.0.0.1", 50001)
RECORDING = Recording(
    programs=(Program("server.py", "pass\n", (Track(), Track("A")), 0),),
    sockets=(Socket(0, "connection", "accept", local=HERE, remote=THERE), Socket(0)),
    events=(
        Event("call", 0, call="sendall", socket=0, data=b"\xff\x00text", size=6),
        Event("return", 0, call="recv", error=Raised("OSError", "no", "EBADF")),
        Event("block", 0, 1, call="join", waits_for=("thread",), holder=0),
        Event("line", 0, 1, 3, "f", variables=(("x", "1"),)),
        Event(
            "block",
            0,
            call="select",
            sockets=(0, 1),
            timeout=0.5,
            waits_for=("client", "keyboard"),
        ),
        Event(
            "return",
            0,
            call="accept",
            new=1,
            tcp=(
                TcpState(HERE, None, "LISTEN", 1, 0),
                TcpState(HERE, THERE, "TIME_WAIT"),
            ),
        ),
    ),
    verdict=Verdict("deadlock", waits=(Wait(0, 1, "recv", 6, ("bytes",)),)),
    python="3.12.1",
    system="Linux",
    order=3,
    mapped_ports=(5555,),
    notes=(Note("udp", 0), Note("untyped", 1, text="exit")),
)


def test_a_recording_comes_back_as_it_was() -> None:
    assert Recording.from_json(RECORDING.to_json()) == RECORDING


def test_a_real_recording_comes_back_as_it_was(record: Record, tmp_path: Path) -> None:
    recording = record("chat_server.py", "chat_client.py", typed=["a", "exit"])
    path = tmp_path / "chat.json"
    recording.save(path)
    assert Recording.load(path) == recording
    assert Recording.load(path).to_json() == path.read_text()


def test_saving_keeps_bytes_that_are_no_text(record: Record) -> None:
    recording = record(
        "import socket\na, b = socket.socketpair()\na.sendall(bytes(range(256)))\n"
    )
    (sent,) = [e for e in recording.events if (e.kind, e.call) == ("call", "sendall")]
    assert sent.data == bytes(range(256))
    assert Recording.from_json(recording.to_json()) == recording


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "This is not a recording: it is not JSON."),
        (
            "[1]",
            'This is JSON, but not a recording: it does not say "socketscope" with '
            "a version.",
        ),
        (
            json.dumps({"socketscope": VERSION + 1}),
            f"This recording is of version {VERSION + 1}, and this socketscope reads "
            f"version {VERSION}. Please update it.",
        ),
        (
            json.dumps({"socketscope": 1}),
            f"This recording is of version 1, and this socketscope reads version "
            f"{VERSION}. Please record its programs again.",
        ),
        (
            json.dumps({"socketscope": VERSION}),
            "This recording is damaged: it has no 'programs'.",
        ),
    ],
)
def test_something_else_is_refused_with_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(NotARecording) as refusal:
        Recording.from_json(text)
    assert str(refusal.value) == sentence


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(NotARecording, match="it is not text"):
        Recording.load(tmp_path / "x")


def test_a_recording_cannot_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        RECORDING.python = "2.7"  # type: ignore[misc]
