"""The set-up on first use: what it notices, and what it says when it cannot."""

import subprocess
import sys
from pathlib import Path

import pytest

from lessons.course.catalogue import ROOT
from lessons.course.learner import environment
from lessons.course.learner.environment import CannotSetUp, ensure_environment


@pytest.fixture
def installs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """An empty project; what would be installed is listed instead."""
    done: list[str] = []
    place = tmp_path / ".venv"
    monkeypatch.setattr(environment, "ENVIRONMENT", place)
    monkeypatch.setattr(environment, "MARK", place / environment.MARK.name)
    monkeypatch.setattr(environment, "LOCK", tmp_path / "lock.txt")
    monkeypatch.setattr(
        environment, "_install_packages", lambda: done.append("packages")
    )
    environment.LOCK.write_text("one==1\n")
    return done


def test_the_environment_is_made_once(installs: list[str]) -> None:
    ensure_environment()
    ensure_environment()
    assert installs == ["packages"]


def test_notebooks_can_import_the_project(installs: list[str]) -> None:
    ensure_environment()
    [path] = environment.ENVIRONMENT.rglob("this_project.pth")
    assert path.read_text() == f"{ROOT}\n"


def test_a_changed_lock_file_is_noticed_and_keeps_what_is_there(
    installs: list[str],
) -> None:
    ensure_environment()
    kept = environment.ENVIRONMENT / "kept"
    kept.touch()
    environment.LOCK.write_text("one==2\n")
    ensure_environment()
    assert installs == ["packages", "packages"]
    assert kept.exists()


def test_an_interrupted_set_up_is_begun_anew(
    installs: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(environment, "_install_packages", interrupt)
        with pytest.raises(KeyboardInterrupt):
            ensure_environment()
    broken = environment.ENVIRONMENT / "broken"
    broken.touch()
    ensure_environment()
    assert installs == ["packages"]
    assert not broken.exists()


def test_an_environment_of_somebody_else_is_left_alone(installs: list[str]) -> None:
    theirs = environment.ENVIRONMENT / "theirs"
    theirs.parent.mkdir()
    theirs.touch()
    with pytest.raises(CannotSetUp, match="this course did not make it"):
        ensure_environment()
    assert theirs.exists()
    assert installs == []


def test_a_python_without_its_installer_is_a_sentence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(environment.shutil, "which", lambda name: None)
    monkeypatch.setattr(environment.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(CannotSetUp, match="sudo apt install python3-venv"):
        environment._install_packages()


def test_an_index_out_of_reach_is_a_sentence_after_uv_and_pip_failed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tried = []

    def fail(command: list[str], quiet: bool = False) -> bool:
        tried.append("uv" if command[0] == "uv" else command[2])
        return False

    monkeypatch.setattr(environment.shutil, "which", lambda name: "uv")
    monkeypatch.setattr(environment, "_succeeds", fail)
    with pytest.raises(CannotSetUp, match="Check the way to the package index"):
        environment._install_packages()
    assert tried == ["uv", "ensurepip", "pip"]


@pytest.mark.parametrize("module", ["lessons", "tests"])
@pytest.mark.parametrize("version", [(2, 7), (3, 6), (3, 10)])
def test_an_old_python_is_told_so_in_one_sentence(
    module: str, version: tuple[int, int]
) -> None:
    pretend = (
        f"import runpy, sys; sys.version_info = {version}; "
        f"runpy.run_module({module!r}, run_name='__main__', alter_sys=True)"
    )
    told = subprocess.run(
        [sys.executable, "-c", pretend], cwd=ROOT, capture_output=True, text=True
    )
    assert told.returncode == 1
    assert "Python 3.11 or newer, and this is Python" in told.stderr
    assert told.stderr.count("\n") == 1


def test_listing_needs_no_environment() -> None:
    listed = subprocess.run(
        [sys.executable, "-I", "-S", "-c", "import sys; sys.path.insert(0, '.'); "
         "from lessons.course.commands import main; sys.exit(main(['list']))"],
        cwd=ROOT, capture_output=True, text=True,
    )  # fmt: skip
    assert listed.returncode == 0, listed.stderr
    assert "Lesson 04" in listed.stdout


def test_a_lesson_that_is_not_there_ends_with_status_2() -> None:
    asked = subprocess.run(
        [sys.executable, "-m", "lessons", "reset", "nine"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert asked.returncode == 2
    assert asked.stderr.startswith("There is no lesson 'nine'.")
    assert asked.stderr.count("\n") == 1
