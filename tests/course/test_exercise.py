"""Checking, hints, solutions and progress, as the learner commands them."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from lessons.course.catalogue import ROOT, find_lesson
from lessons.course.commands import main
from lessons.course.learner import exercise, progress


@pytest.fixture(autouse=True)
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A learner's folder for this test alone."""
    monkeypatch.setenv("SOCKETS_WORK", str(tmp_path / "work"))
    return tmp_path / "work"


def solve(number: str) -> None:
    lesson = find_lesson(number)
    shutil.copytree(lesson.solution, lesson.workplace, dirs_exist_ok=True)


def test_the_untouched_starter_is_not_yet_there(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["check", "1"]) == 1
    told = capsys.readouterr().out
    assert "01_bind/server.py, saved" in told
    assert "[ ] not yet" in told
    assert "Another hint: python3 -m lessons hint 01" in told


def test_a_solved_lesson_says_what_comes_next(
    capsys: pytest.CaptureFixture[str],
) -> None:
    solve("1")
    assert main(["check", "1"]) == 0
    told = capsys.readouterr().out
    assert "[ ]" not in told
    assert "Lesson solved. Next is Lesson 02" in told


def test_checking_twice_without_saving_says_so(
    capsys: pytest.CaptureFixture[str],
) -> None:
    main(["check", "1"])
    assert "Nothing was saved since the last check." not in capsys.readouterr().out
    main(["check", "1"])
    assert "Nothing was saved since the last check." in capsys.readouterr().out


def test_a_check_only_reads_the_learners_files(work: Path) -> None:
    solve("1")
    before = {path: path.stat() for path in (work / "01_bind").iterdir()}
    main(["check", "1"])
    after = {path: path.stat() for path in (work / "01_bind").iterdir()}
    same = {"01_bind.ipynb", "knock.py"}  # these were brought by the check
    assert {path.name for path in after} - {path.name for path in before} <= same
    for path, state in before.items():
        assert after[path].st_mtime_ns == state.st_mtime_ns


def test_the_result_can_be_had_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "1", "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["lesson"] == "01_bind"
    assert told["solved"] is False
    assert told["checks"][0]["passed"] is False
    assert told["checks"][0]["ask"].endswith("?")


def test_the_solution_can_be_checked_and_leaves_no_mark(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["check", "1", "--solution"]) == 0
    assert not progress.is_solved(find_lesson("1"))


def test_hints_go_on_and_the_last_one_stays(
    capsys: pytest.CaptureFixture[str],
) -> None:
    hints = []
    for _ in range(5):
        main(["hint", "1"])
        hints.append(capsys.readouterr().out)
    assert len(set(hints)) == 4
    assert hints[3] == hints[4]
    assert "(hint 1 of 4)" in hints[0]


def test_a_hint_runs_nothing_again(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["check", "1"])
    monkeypatch.setattr(exercise, "judge", None)
    main(["hint", "1"])
    told = capsys.readouterr().out
    assert "(hint 1 of 4)" in told
    assert "saved something since" not in told
    (find_lesson("1").workplace / "server.py").write_text("import socket\n")
    main(["hint", "1"])
    told = capsys.readouterr().out
    assert "(hint 2 of 4)" in told
    assert "You have saved something since that check" in told


def test_a_program_that_was_renamed_is_not_replaced(
    work: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["check", "1"])
    own = work / "01_bind" / "server.py"
    own.rename(own.with_name("Server.py.txt"))
    capsys.readouterr()
    assert main(["check", "1"]) == 1
    assert "There is no server.py in 01_bind." in capsys.readouterr().out
    assert not own.exists()


@pytest.mark.skipif(os.name == "nt", reason="Windows ends a program without a word")
@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP", "SIGINT"])
def test_a_check_that_is_ended_leaves_nothing(
    name: str, tmp_path: Path, work: Path
) -> None:
    folder, place = work / "01_bind", tmp_path / "temporary"
    for each in (folder, place):
        each.mkdir(parents=True)
    (folder / "server.py").write_text("while True:\n    pass\n")
    check = subprocess.Popen(
        [sys.executable, "-m", "lessons", "check", "1"],
        cwd=ROOT,
        env=os.environ | {"TMPDIR": str(place)},
        stdout=subprocess.DEVNULL,
    )
    until = time.monotonic() + 20
    while not list(place.glob("*/own/server.py")) and time.monotonic() < until:
        time.sleep(0.01)
    check.send_signal(getattr(signal, name))
    assert check.wait(20) == 128 + getattr(signal, name)
    assert list(place.iterdir()) == []


def test_a_solved_lesson_needs_no_hint() -> None:
    solve("1")
    lesson = find_lesson("1")
    assert exercise.hint(lesson) == (
        "Every check of this lesson passes: no hint is needed."
    )


def test_the_solution_of_an_unsolved_lesson_is_asked_for(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("builtins.input", lambda question: "n")
    assert main(["solution", "1"]) == 1
    assert capsys.readouterr().out == ""
    monkeypatch.setattr("builtins.input", lambda question: "y")
    assert main(["solution", "1"]) == 0
    assert "def claim_port(listener):" in capsys.readouterr().out


def test_the_solution_is_compared_with_the_learners(
    capsys: pytest.CaptureFixture[str],
) -> None:
    solve("1")
    own = find_lesson("1").workplace / "server.py"
    own.write_text(own.read_text().replace("Server owns", "My server owns"))
    main(["check", "1"])
    capsys.readouterr()
    main(["solution", "1"])
    told = capsys.readouterr().out
    assert '-        print(f"My server owns {HOST}:{PORT}.")' in told


def test_progress_is_listed_and_decides_where_the_course_opens(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert progress.next_lesson().stem == "00_start"
    solve("1")
    main(["check", "1"])
    assert progress.next_lesson().stem == "02_listen"
    capsys.readouterr()
    main(["list"])
    lines = capsys.readouterr().out.splitlines()
    assert lines[1].startswith("[x] Lesson 01")
    assert lines[2].startswith("[ ] Lesson 02")


def test_a_solved_lesson_stays_solved() -> None:
    solve("1")
    main(["check", "1"])
    (find_lesson("1").workplace / "server.py").write_text("print('other ideas')\n")
    main(["check", "1"])
    assert progress.is_solved(find_lesson("1"))


def test_a_damaged_record_of_progress_is_begun_anew(work: Path) -> None:
    work.mkdir()
    (work / "progress.json").write_text("{ damaged")
    assert not progress.is_solved(find_lesson("1"))
    assert main(["check", "1"]) == 1


def test_a_lesson_without_checks_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "0"]) == 2
    assert "nothing to check: go on with the next lesson." in capsys.readouterr().err
