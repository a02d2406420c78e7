"""What a task asks is checked, sentence by sentence.

`tasks.toml` has the numbered sentences under "Your turn" of each lesson, word for
word and in order. Each names the checks that hold it, and wrong programs that
break it and fail them, or says why no run can show it. So whoever writes another
sentence has to find out what would become of a learner who overlooks it.
"""

import re
import tomllib
from pathlib import Path

import pytest

from lessons.course.catalogue import ROOT, Lesson, all_lessons
from lessons.course.checking import judge, specification
from tests.mistakes.test_mistakes import folder_with

TASKS = tomllib.loads(Path(__file__).with_name("tasks.toml").read_text("utf-8"))
CHECKED = {
    each.stem: [check.sentence for check in asked.checks]
    for each in all_lessons()
    if (asked := specification(each))
}
HELD = [(stem, row) for stem in TASKS for row in TASKS[stem] if "none" not in row]


@pytest.mark.parametrize("stem", CHECKED)
def test_every_sentence_of_a_task_is_listed_word_for_word(stem: str) -> None:
    text = Lesson(stem).text.read_text(encoding="utf-8")
    turn = text.partition("\n## Your turn\n")[2].partition("\n## ")[0]
    asked = re.findall(r"^\d+\. (.+)$", turn, re.MULTILINE)
    listed = [row["task"] for row in TASKS.get(stem, [])]
    assert " ".join(listed) == " ".join(asked)


@pytest.mark.parametrize("stem", CHECKED)
def test_a_sentence_is_held_by_checks_or_says_why_not(stem: str) -> None:
    for row in TASKS.get(stem, []):
        if "none" in row:
            assert row.keys() == {"task", "none"}
            assert row["none"].endswith(".")
        else:
            assert set(row["checks"]) <= set(CHECKED[stem])
            assert row["checks"]


@pytest.mark.parametrize(
    ("stem", "row"), HELD, ids=[f"{stem}/{row['task'][:30]}" for stem, row in HELD]
)
def test_who_does_otherwise_fails_these_checks(
    stem: str, row: dict[str, list[str]], tmp_path: Path
) -> None:
    assert row["wrong"]
    failed = set[str]()
    for number, name in enumerate(row["wrong"]):
        room, _, folder = name.partition("/")
        wrong = ROOT / "tests" / room / stem / folder
        not_passed = failed_by(wrong, tmp_path / str(number))
        assert not_passed & set(row["checks"]), name
        failed |= not_passed
    assert failed >= set(row["checks"])


def failed_by(wrong: Path, place: Path) -> set[str]:
    """The checks that a program fails. Of an account, its message lists them."""
    if wrong.parent.parent.name == "accounts":
        return set((wrong / "message.txt").read_text(encoding="utf-8").splitlines())
    place.mkdir()
    lesson = Lesson(wrong.parent.name)
    asked = specification(lesson)
    assert asked is not None
    assert wrong.is_dir()
    results = judge(asked, folder_with(wrong, lesson, place))
    return {result.check.sentence for result in results if result.not_yet}
