"""Which lessons there are, and where each keeps its parts."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
"""The folder of the whole project."""


def work() -> Path:
    """The learner's own folder; `SOCKETS_WORK` names another one."""
    return Path(os.environ.get("SOCKETS_WORK") or ROOT / "work")


FINISHED_CHAT = "05_exit"
"""The solution that lesson 00 lets the learner run: the chat of part one."""


class NoSuchLesson(Exception):
    """The learner named a lesson that is not there; the text says so."""


@dataclass(frozen=True)
class Lesson:
    """One lesson. Its stem, for example `04_echo`, names all its parts."""

    stem: str

    @property
    def number(self) -> str:
        """Its number in two digits, for example `04`."""
        return self.stem.partition("_")[0]

    @property
    def folder(self) -> Path:
        """What an author writes: text, starters and checks."""
        return ROOT / "lessons" / self.stem

    @property
    def text(self) -> Path:
        return self.folder / "lesson.md"

    @property
    def notebook(self) -> Path:
        """The executed notebook, made from the text."""
        return ROOT / "notebooks" / f"{self.stem}.ipynb"

    @property
    def solution(self) -> Path:
        """The folder of the finished programs; lesson 00 has none."""
        return ROOT / "solutions" / self.stem

    @property
    def teaching(self) -> Path:
        """What the teacher's page says of it."""
        return self.folder / "teaching.md"

    @property
    def mistakes(self) -> Path:
        """The folders of wrong programs, and of what their authors are told."""
        return ROOT / "tests" / "mistakes" / self.stem

    @property
    def right(self) -> Path:
        """The folders of other right programs."""
        return ROOT / "tests" / "right" / self.stem

    @property
    def workplace(self) -> Path:
        """The learner's own folder for this lesson."""
        return work() / self.stem

    @property
    def title(self) -> str:
        """The heading of its text."""
        with self.text.open(encoding="utf-8") as lines:
            return next(lines).lstrip("# ").strip()

    @property
    def name(self) -> str:
        """What it is called in lists, for example `04 echo`."""
        return self.title.removeprefix("Lesson ").partition(":")[0].replace(" ·", "")

    @property
    def promise(self) -> str:
        """What its text says first: the sentence `After this lesson …`."""
        text = self.text.read_text(encoding="utf-8")
        found = re.search(r"(?m)^After this lesson (.+?\.)(?= |$)", text)
        return found[1][0].upper() + found[1][1:] if found else ""

    @property
    def hints(self) -> dict[str, list[str]]:
        """What `hints.md` says to each check: from a question to an example."""
        path = self.folder / "hints.md"
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        parts = [part.partition("\n") for part in re.split(r"(?m)^## ", text)[1:]]
        return {
            sentence: [
                " ".join(hint.split()) for hint in re.split(r"(?m)^\d\. ", said)[1:]
            ]
            for sentence, _, said in parts
        }

    def starters(self) -> list[Path]:
        """The programs that the learner starts from."""
        found = self._start_from.glob("*.py")
        return sorted(path for path in found if path.name != "checks.py")

    def finished(self, name: str) -> Path:
        """A program as it is at the lesson's end; some are there from the start."""
        solved = self.solution / name
        return solved if solved.exists() else self._start_from / name

    @property
    def _start_from(self) -> Path:
        """A lesson without a solution is one that shows the finished chat."""
        shown = ROOT / "solutions" / FINISHED_CHAT
        return self.folder if self.solution.exists() else shown


def all_lessons() -> list[Lesson]:
    """Every lesson, in the order of the course."""
    texts = sorted((ROOT / "lessons").glob("[0-9][0-9]_*/lesson.md"))
    return [Lesson(text.parent.name) for text in texts]


def find_lesson(wanted: str) -> Lesson:
    """The lesson called `4`, `04` or `04_echo`; raises `NoSuchLesson`."""
    lessons = all_lessons()
    for lesson in lessons:
        if wanted in (lesson.stem, lesson.number, lesson.number.lstrip("0") or "0"):
            return lesson
    names = ", ".join(lesson.stem for lesson in lessons)
    raise NoSuchLesson(f"There is no lesson {wanted!r}. The lessons are: {names}.")
