"""The stored notebooks are those of the lessons' texts.

Nothing runs here: nbval runs every notebook, and judges its outputs.
"""

import re

import nbformat
import pytest

from lessons.course.catalogue import ROOT, Lesson, all_lessons
from lessons.course.publishing.cells import read_text

EACH_LESSON = pytest.mark.parametrize(
    "lesson", all_lessons(), ids=lambda lesson: lesson.stem
)


def test_every_notebook_has_its_lesson() -> None:
    notebooks = {path.stem for path in (ROOT / "notebooks").iterdir()}
    assert notebooks == {lesson.stem for lesson in all_lessons()}


@EACH_LESSON
def test_a_notebook_has_the_cells_of_its_text(lesson: Lesson) -> None:
    stored = nbformat.read(lesson.notebook, as_version=4)
    fresh = read_text(lesson)
    assert stored.metadata == fresh.metadata, "remake it: python3 -m lessons notebooks"
    kinds = [
        [(cell.id, cell.cell_type, cell.source, cell.metadata) for cell in book.cells]
        for book in (stored, fresh)
    ]
    assert kinds[0] == kinds[1], "remake it: python3 -m lessons notebooks"


@EACH_LESSON
def test_every_cell_was_run(lesson: Lesson) -> None:
    notebook = nbformat.read(lesson.notebook, as_version=4)
    counts = [c.execution_count for c in notebook.cells if c.cell_type == "code"]
    assert counts == list(range(1, len(counts) + 1))


@EACH_LESSON
def test_cells_are_short(lesson: Lesson) -> None:
    for cell in read_text(lesson).cells:
        if cell.cell_type == "code":
            assert cell.source.count("\n") < 12, cell.source


@EACH_LESSON
def test_the_prose_keeps_its_promises(lesson: Lesson) -> None:
    prose = " ".join(
        re.sub(r"```.*?```|`[^`]*`", "", cell.source, flags=re.DOTALL)
        for cell in read_text(lesson).cells
        if cell.cell_type == "markdown"
    )
    banned = r"\b(just|simply|obviously|easy|easily)\b|!(?!\[)|\bTODO:"
    assert re.findall(banned, prose, flags=re.IGNORECASE) == []
