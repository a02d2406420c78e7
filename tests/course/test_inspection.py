"""The course inspects itself, and each thing that it can find is found."""

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from lessons.course import catalogue
from lessons.course.catalogue import ROOT, Lesson, all_lessons
from lessons.course.commands import main
from lessons.course.publishing import authoring, inspection


@pytest.mark.parametrize("lesson", all_lessons(), ids=lambda lesson: lesson.stem)
def test_a_lesson_has_nothing_to_mend(lesson: Lesson) -> None:
    assert "\n".join(inspection.findings(lesson)) == ""


def test_every_part_belongs_to_a_lesson() -> None:
    assert "\n".join(inspection.strays()) == ""


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A course of the first lessons, to break."""
    for stem in ("00_start", "01_bind", "02_listen", "03_accept"):
        for room in inspection.ROOMS:
            if (ROOT / room / stem).is_dir():
                shutil.copytree(ROOT / room / stem, tmp_path / room / stem)
        (tmp_path / "notebooks").mkdir(exist_ok=True)
        shutil.copyfile(Lesson(stem).notebook, tmp_path / f"notebooks/{stem}.ipynb")
    monkeypatch.setattr(catalogue, "ROOT", tmp_path)
    for name in [name for name in sys.modules if name.startswith("lessons.checks_")]:
        monkeypatch.delitem(sys.modules, name)
    return tmp_path


def found(stem: str = "03_accept") -> Iterator[str]:
    """What is found, one after the other: programs run only where it comes to that."""
    yield from inspection.strays()
    yield from inspection.findings(Lesson(stem))


MADE_AGAIN = "as it stands. Make it: python3 -m lessons notebooks 03."
TEXT, TEACHING = "lessons/03_accept/lesson.md", "lessons/03_accept/teaching.md"
CLIENT, CHECKS = "lessons/03_accept/client.py", "lessons/03_accept/checks.py"
HINTS = "lessons/03_accept/hints.md"
SOLVED = "solutions/03_accept/server.py"
BROKEN = [
    # the text
    (TEXT, "# Lesson 03 · accept: ", "# accept: ", "begins in another way."),
    (TEXT, "After this lesson", "At the end", "has no sentence “After this lesson …”"),
    (TEXT, "## Predict", "## Guess", "has no section “Predict”"),
    (TEXT, "## Predict", "It is easy!\n\n## Predict", "says “easy”"),
    (
        TEXT,
        "import socket\n",
        "import socket\n" + 12 * "#\n",
        "is long. Cut it at 12 lines.",
    ),
    (TEXT, "## Predict", "TODO: more\n\n## Predict", "asks for, line 41."),
    (TEXT, "## Predict", "A word.\n\n## Predict", MADE_AGAIN),
    (
        "notebooks/03_accept.ipynb",
        '"execution_count": 1,',
        '"execution_count": 9,',
        "not run in their order",
    ),
    # the teacher's page
    (TEACHING, "30 minutes", "Half an hour", "Begin with “30 minutes”."),
    (TEACHING, "**Pre-check", "**Before", "lacks “Pre-check”"),
    # the programs
    ("lessons/03_accept/knock.py", "import", "import os\nimport", "differs from that"),
    (CLIENT, "# TODO: ", "# ", "has 0 TODOs. Leave one"),
    (CLIENT, "# TODO: ", "# TODO: use connect() to ", "names the call connect()"),
    (CLIENT, " (a new program)", "", "Write “(a new program)”"),
    (
        "lessons/03_accept/server.py",
        "def main",
        "def start",
        "and a TODO. Copy it anew.",
    ),
    (SOLVED, "def main", 33 * "print()\n" + "def main", "changes 46 lines"),
    (SOLVED, "import os\n", "import os, time\n", "imports time. Do with errno, "),
    (SOLVED, "import os\n", "import os\nfrom os import path\n", "Import the module."),
    (SOLVED, "import os\n", f"import os\n# {80 * '-'}\n", "a line of more than 79"),
    (SOLVED, "import os\n", "import os\nos.x = (y := 1)\n", "for any Python 3."),
    # the checks
    (CHECKS, "lesson = ", "lesson = 1 / 0 or ", "cannot be read: ZeroDivision"),
    (SOLVED, "listener.accept()", "listener.none()", "does not pass “"),
]


@pytest.mark.parametrize(
    ("path", "old", "new", "told"), BROKEN, ids=[told for *_, told in BROKEN]
)
def test_what_is_broken_is_told(
    course: Path, path: str, old: str, new: str, told: str
) -> None:
    text = (course / path).read_text(encoding="utf-8")
    assert old in text
    (course / path).write_text(text.replace(old, new, 1), encoding="utf-8")
    assert any(told in finding for finding in found())


ASKED = """from lessons.course.checking import Specification
from lessons.course.checking.evidence import NotYet
lesson = Specification("server.py", "client.py")
lesson.scenario("server.py").check("it says hello", lambda run: {told})
"""
PASSES = ASKED.format(told=None)
NO_QUESTION = ASKED.format(told="NotYet('No hello.', 'Say hello.')")
OWNS = "## your server takes the client out of the queue, and says who it is"
NO_HINT = f"{OWNS}\n\n1. Who?\n2. Where?\n3. What?\n"
ANSWER = f"{NO_HINT}4. Say listener.listen()\n"
MISPLACED = [
    (HINTS, NO_HINT, "says who it is” lacks a hint."),
    (HINTS, ANSWER, "is the finished line “listener.listen()”"),
    (CHECKS, PASSES, "says who it is” is no check of the lesson."),
    (CHECKS, PASSES, "the starter passes already."),
    (CHECKS, NO_QUESTION, "“Say hello.”. End with one question."),
    (TEACHING, None, "the teacher's page has no row of it. Write it."),
    ("notebooks/03_accept.ipynb", None, "menu has no page of it. Make it: python3"),
    (CHECKS, None, "checks.py asks for nothing."),
    (CLIENT, None, "solutions/03_accept/client.py has no starter."),
    ("lessons/03_accept/notes.txt", "", "is no part of a lesson."),
    ("solutions/03_accept", None, "solutions/03_accept holds no program."),
    ("tests/right/03_accept", None, "holds 0 right programs"),
    ("notebooks/07_more.ipynb", "{}", "belongs to no lesson. Write lessons/07_more/"),
    ("lessons/01_bind", None, "02_listen stands where 01 is due."),
]


@pytest.mark.parametrize(
    ("path", "text", "told"), MISPLACED, ids=[told for *_, told in MISPLACED]
)
def test_what_is_missing_or_too_much_is_told(
    course: Path, path: str, text: str | None, told: str
) -> None:
    if text is not None:
        (course / path).write_text(text, encoding="utf-8")
    elif (course / path).is_dir():
        shutil.rmtree(course / path)
    else:
        (course / path).unlink()
    assert any(told in finding for finding in found())


def test_a_new_lesson_is_laid_out_and_told_what_it_lacks(course: Path) -> None:
    made = list(authoring.new_lesson("04_more"))
    lesson = Lesson("04_more")
    assert {path.parent for path in made} == {lesson.folder, lesson.solution}
    starter = (lesson.folder / "client.py").read_text(encoding="utf-8")
    assert "Lesson 04: TODO." in starter
    told = "\n".join(found("04_more"))
    assert "lesson.md: write what the TODO asks for, line 1, 3, 5, " in told
    assert "teaching.md: write what the TODO asks for, line 1, 3" in told
    assert "lessons/04_more/client.py has a TODO, and its" in told
    assert "Copy it anew" not in told
    assert "lessons/04_more/checks.py asks for nothing" in told


def test_only_the_next_lesson_is_laid_out(course: Path) -> None:
    for stem in ("05_more", "03_more", "more", "04_More!"):
        with pytest.raises(authoring.CannotMake, match="The next lesson is 04"):
            list(authoring.new_lesson(stem))
    assert len(all_lessons()) == 4
    (course / "solutions" / "04_more").mkdir()
    with pytest.raises(authoring.CannotMake, match="is there already"):
        list(authoring.new_lesson("04_more"))


def test_an_author_is_told_in_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["new", "more"]) == 2
    assert capsys.readouterr().err.startswith("The next lesson is ")
    assert inspection.main(["0"]) == 0
    assert capsys.readouterr().out == "Inspected 00: no findings.\n"
