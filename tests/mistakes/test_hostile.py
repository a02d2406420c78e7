"""Hopeless and hostile programs cost seconds, are told truly, and leave nothing."""

import os
import shutil
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from lessons.course.catalogue import Lesson
from lessons.course.checking import Result, judge, specification
from lessons.course.checking.specification import SECONDS

OWNS_ITS_PORT = """\
import os, signal, socket, subprocess, sys, threading, time
listener = socket.socket()
listener.bind(("127.0.0.1", 5555))
listener.listen()
print("Server is listening on port 5555...", flush=True)
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The learner's folder; nothing may be changed in it, and nothing left."""
    place = tmp_path / "02_listen"
    place.mkdir()
    (place / "notes.txt").write_text("mine", encoding="utf-8")
    mark = uuid.uuid4().hex
    monkeypatch.setenv("HOSTILE_TEST", mark)  # every program inherits it
    yield place
    assert (place / "notes.txt").read_text(encoding="utf-8") == "mine"
    assert (place / "server.py").exists()
    until = time.monotonic() + 5
    while (left := processes(mark)) and time.monotonic() < until:
        time.sleep(0.05)  # the operating system is still clearing up
    assert not left


def processes(mark: str) -> set[int]:
    """The processes that inherited the mark (Linux)."""
    found = set()
    for each in Path("/proc").glob("[0-9]*"):
        try:
            if f"HOSTILE_TEST={mark}".encode() in (each / "environ").read_bytes():
                found.add(int(each.name))
        except OSError:
            continue
    return found


def judged(folder: Path, source: str) -> list[Result]:
    """The results of lesson 02 for such a server, which is not waited for."""
    (folder / "server.py").write_text(source, encoding="utf-8")
    results = judged_as_it_is(folder)
    runs = [each.recording for each in results if each.recording]
    assert all(run.verdict.seconds != SECONDS for run in runs)
    return results


def judged_as_it_is(folder: Path) -> list[Result]:
    asked = specification(Lesson("02_listen"))
    assert asked is not None
    return list(judge(asked, folder))


def told(results: list[Result]) -> str:
    """What the learner reads of the first check that has not passed."""
    not_yet = next(result.not_yet for result in results if result.not_yet)
    assert "?" in not_yet.ask
    return not_yet.did


def test_an_endless_loop_is_named_with_its_line(folder: Path) -> None:
    did = told(judged(folder, OWNS_ITS_PORT + "while True:\n    pass\n"))
    assert "goes round and round at line" in did
    assert "neither waits nor ends" in did


def test_a_flood_of_prints_is_cut_and_named(folder: Path) -> None:
    results = judged(folder, OWNS_ITS_PORT + "while True:\n    print('x' * 5000)\n")
    assert "prints without an end" in told(results)
    recording = next(result.recording for result in results if result.recording)
    assert sum(len(event.text or "") for event in recording.events) < 1_000_000


def test_a_program_that_deletes_its_folder_deletes_a_copy(folder: Path) -> None:
    results = judged(
        folder,
        OWNS_ITS_PORT + "for name in os.listdir():\n    os.remove(name)\n"
        "open('notes.txt', 'w').write('yours no more')\n",
    )
    assert "Your server" in told(results)


def test_a_program_that_ignores_signals_is_ended(folder: Path) -> None:
    results = judged(
        folder,
        OWNS_ITS_PORT + "for number in signal.valid_signals():\n"
        "    try:\n        signal.signal(number, signal.SIG_IGN)\n"
        "    except (OSError, ValueError):\n        pass\n"
        "while True:\n    time.sleep(1)\n",
    )
    assert "sleeps on line" in told(results)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork()")
def test_its_children_end_with_it(folder: Path) -> None:
    results = judged(
        folder,
        OWNS_ITS_PORT + "for _ in range(8):\n"
        "    if os.fork() == 0:\n        os.setsid()\n        time.sleep(600)\n",
    )
    assert "started another process and ended itself" in told(results)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork()")
def test_other_programs_that_it_starts_end_with_it(folder: Path) -> None:
    results = judged(
        folder,
        OWNS_ITS_PORT + "subprocess.Popen(['sleep', '600'], start_new_session=True)\n"
        "input()\n",
    )
    assert told(results)


def test_a_thread_that_never_ends_is_no_way_out(folder: Path) -> None:
    results = judged(
        folder,
        OWNS_ITS_PORT + "def spin():\n    while True:\n        pass\n"
        "threading.Thread(target=spin).start()\ninput('Press Enter to stop. ')\n"
        "print('Goodbye')\n",
    )
    assert "A thread of server.py goes round and round" in told(results)


def test_a_program_that_closes_what_is_not_its_own_is_told_something(
    folder: Path,
) -> None:
    assert told(judged(folder, OWNS_ITS_PORT + "os.closerange(0, 100)\n"))


def test_a_program_that_ends_itself_in_a_hurry_is_told_its_status(
    folder: Path,
) -> None:
    assert "exit status 3" in told(judged(folder, OWNS_ITS_PORT + "os._exit(3)\n"))


def test_a_program_that_kills_its_group_ends_only_itself(folder: Path) -> None:
    source = OWNS_ITS_PORT + "os.kill(0, getattr(signal, 'SIGKILL', 9))\n"
    assert "Your server" in told(judged(folder, source))


@pytest.mark.parametrize(
    "source",
    [
        b"import socket\0",
        b"# -*- coding: klingon -*-\nimport socket\n",
        b"(" * 5000,
        b"x = " + b"-" * 100_000 + b"1\n",
        b"return 5\n",
    ],
    ids=["NUL", "encoding", "brackets", "nesting", "return"],
)
def test_a_file_that_is_no_program_is_told_so(folder: Path, source: bytes) -> None:
    (folder / "server.py").write_bytes(source)
    asked = specification(Lesson("02_listen"))
    assert asked is not None
    results = list(judge(asked, folder))
    assert "Python cannot read server.py" in told(results)
    assert all(result.recording is None for result in results)


@pytest.mark.parametrize("source", [b"\xff\xfei\x00m\x00", b"import os\nx = '\xe9'\n"])
def test_a_file_in_another_encoding_is_told_so(folder: Path, source: bytes) -> None:
    (folder / "server.py").write_bytes(source)
    did = told(judged_as_it_is(folder))
    line = 2 if b"os" in source else 1
    assert f"is not saved in UTF-8, as Python expects it: line {line} has" in did


def test_what_is_no_file_is_told_so(tmp_path: Path) -> None:
    place = tmp_path / "02_listen"
    (place / "server.py").mkdir(parents=True)
    assert "server.py in 02_listen is a folder." in told(judged_as_it_is(place))
    (place / "server.py").rmdir()
    if hasattr(os, "mkfifo"):
        os.mkfifo(place / "server.py")
        did = told(judged_as_it_is(place))
        assert "server.py in 02_listen is no file that holds a text." in did


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read all files"
)
def test_a_file_that_may_not_be_read_is_told_so(folder: Path) -> None:
    (folder / "server.py").write_text("import socket\n")
    (folder / "server.py").chmod(0)
    did = told(judged_as_it_is(folder))
    assert did == "server.py in 02_listen cannot be read: Permission denied."


@pytest.mark.parametrize("name", ["server.py.txt", "sever.py", "server..py"])
def test_a_program_under_another_name_is_told_so(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(OWNS_ITS_PORT)
    assert f"There is no server.py in {tmp_path.name}. There is {name}." in told(
        judged_as_it_is(tmp_path)
    )


def test_work_in_another_file_is_told_so(tmp_path: Path) -> None:
    lesson = Lesson("02_listen")
    for name in ("server.py", "server2.py"):
        shutil.copyfile(lesson.folder / "server.py", tmp_path / name)
    did = told(judged_as_it_is(tmp_path))
    assert did == (
        "Nothing was changed in server.py, and server2.py is beside it. A check looks "
        "at server.py alone."
    )


def test_modules_in_a_subfolder_come_along(folder: Path) -> None:
    (folder / "tools" / "more").mkdir(parents=True)
    (folder / "tools" / "more" / "net.py").write_text("PORT = 5555\n")
    (folder / ".venv").mkdir()
    (folder / ".venv" / "large.py").write_text("x = 1\n")
    results = judged(
        folder,
        "from tools.more.net import PORT\n" + OWNS_ITS_PORT + "print(PORT)\n"
        "print(sorted(os.listdir()))\ninput()\n",
    )
    recording = next(result.recording for result in results if result.recording)
    printed = "".join(event.text or "" for event in recording.events)
    assert "['notes.txt', 'server.py', 'tools']" in printed


def test_a_file_of_the_learner_that_is_very_large_is_not_copied(folder: Path) -> None:
    with (folder / "film.mp4").open("wb") as film:
        film.truncate(3_000_000_000)  # takes no room: a hole
    results = judged(folder, OWNS_ITS_PORT + "print(os.listdir())\ninput()\n")
    recording = next(result.recording for result in results if result.recording)
    assert not any("film" in (event.text or "") for event in recording.events)
