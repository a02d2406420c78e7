"""The lists of lessons: a table, the site's menu, the teacher's page.

They are derived from the lessons' folders, so that a new lesson is in all of
them. This needs no package: a notebook and the system's Python call it, too.
"""

from __future__ import annotations

import re
from pathlib import Path

from lessons.course.catalogue import Lesson, all_lessons

HERE = Path(__file__).parent


def table() -> str:
    """What each lesson brings, as Markdown."""
    rows = [
        f"| {lesson.name} | {lesson.promise} |"
        for lesson in all_lessons()
        if lesson.solution.exists()
    ]
    return "\n".join(["| Lesson | What you have after it |", "|---|---|", *rows])


def menu(lessons: list[Lesson]) -> str:
    """The site's `nav`: `menu.yml`, with a line for each lesson's page."""
    text = (HERE / "menu.yml").read_text(encoding="utf-8")

    def pages(line: re.Match[str]) -> str:
        return "".join(f"{line[1]}lessons/{lesson.stem}.md\n" for lesson in lessons)

    return re.sub(r"(?m)^( *- )lessons/NN_name\.md\n", pages, text)


def teachers_page() -> str:
    """For teachers: `teachers_page.md`, then that of each lesson."""
    parts = [(HERE / "teachers_page.md").read_text(encoding="utf-8")]
    for lesson in filter(lambda lesson: lesson.teaching.exists(), all_lessons()):
        text = lesson.teaching.read_text(encoding="utf-8")
        parts.append(f"## {lesson.name}\n\n{text}")
    return "\n\n".join(parts)
