"""The command line records, saves, and answers mistakes with a sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from socketscope import CannotRecord, Recording, watch
from socketscope.__main__ import main
from tests.recorder.helpers import PROGRAMS, output, verdict

SERVER = str(PROGRAMS / "chat_server.py")
CLIENT = str(PROGRAMS / "chat_client.py")


def test_it_saves_the_recording(tmp_path: Path) -> None:
    path = tmp_path / "chat.json"
    typed = ["--type", "Hello Server!", "--type", "exit"]
    assert main([SERVER, CLIENT, *typed, "--json", str(path)]) == 0
    assert Recording.load(path).verdict.kind == "finished"


def test_a_minus_writes_it_to_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([SERVER, CLIENT, "--type", "exit", "--json", "-"]) == 0
    assert Recording.from_json(capsys.readouterr().out).verdict.kind == "finished"


def test_to_chooses_who_is_typed_to(tmp_path: Path) -> None:
    path = tmp_path / "chat.json"
    arguments = [str(PROGRAMS / "select_server.py"), str(PROGRAMS / "select_client.py")]
    typed = ["--type", "a", "--to", "0", "--type", "stop"]
    assert main([*arguments, *typed, "--json", str(path)]) == 0
    texts = [e.text for e in Recording.load(path).events if e.call == "readline"]
    assert texts == [None, "a", None, "stop"]


@pytest.mark.parametrize(
    "given",
    [
        ["'the server.py' 127.0.0.1 5555", "client.py 127.0.0.1 5555 'hi  you'"],
        ["--", "'the server.py' 127.0.0.1 5555", "client.py 127.0.0.1 5555 'hi  you'"],
        [
            *("--", "the server.py", "127.0.0.1", "5555"),
            *("--", "client.py", "127.0.0.1", "5555", "hi  you"),
        ],
    ],
)
def test_programs_take_arguments(
    given: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("the server.py").write_text(
        "import socket, sys\n"
        "s = socket.create_server((sys.argv[1], int(sys.argv[2])))\n"
        "print(s.accept()[0].recv(9).decode())\n"
    )
    Path("client.py").write_text(
        "import socket, sys\n"
        "c = socket.create_connection((sys.argv[1], int(sys.argv[2])))\n"
        "c.sendall(sys.argv[3].encode())\n"
    )
    assert main(["--json", "chat.json", *given]) == 0
    assert output(Recording.load("chat.json"), 0) == "hi  you\n"


def test_a_keyboard_ends_when_its_end_is_typed(tmp_path: Path) -> None:
    reader = tmp_path / "reader.py"
    reader.write_text("import sys\nprint(len(sys.stdin.read()))\n")
    path = tmp_path / "reader.json"
    for end, kind, said in (([], "idle", ""), (["--type-end"], "finished", "3\n")):
        assert main([str(reader), "--type", "hi", *end, "--json", str(path)]) == 0
        recording = Recording.load(path)
        assert (recording.verdict.kind, output(recording, 0)) == (kind, said)


def test_a_bad_end_is_exit_status_1(tmp_path: Path) -> None:
    assert main([CLIENT, "--json", str(tmp_path / "x.json")]) == 1


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["nowhere.py"], "There is no file nowhere.py.\n"),
        ([str(PROGRAMS)], f"{PROGRAMS} is a folder, not a program.\n"),
        (
            [SERVER, "--to", "3", "--type", "x"],
            "There is no program 3 to type to: the programs are numbered "
            "from 0 to 0.\n",
        ),
        (
            [CLIENT, "--json", "/nowhere/x.json"],
            "/nowhere/x.json cannot be written: No such file or directory.\n",
        ),
    ],
)
def test_what_cannot_be_done_is_said_with_exit_status_2(
    arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    assert capsys.readouterr().err == sentence


def test_a_file_that_may_not_be_read_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refuse)
    with pytest.raises(CannotRecord, match=r"server.py cannot be read: Permission den"):
        watch("server.py")


def test_an_empty_program_finishes(tmp_path: Path) -> None:
    path = tmp_path / "empty.py"
    path.touch()
    recording = watch(path)
    assert verdict(recording) == "empty.py ran to its end."
    assert recording.programs[0].status == 0
