"""Write each lesson's page for the site, from its notebook and its programs.

The pages are plain Markdown in `docs/lessons/`, made before the site is built
and never edited by hand.
"""

from __future__ import annotations

import difflib
import json
import re
from pathlib import Path
from typing import Any

from lessons.course.catalogue import ROOT, Lesson, all_lessons

PAGES = ROOT / "docs" / "lessons"
BOX_TITLES = {"info": "Note", "warning": "Careful"}


def write_pages() -> None:
    """Write a page for every lesson, and remove those of lessons gone."""
    PAGES.mkdir(parents=True, exist_ok=True)
    lessons = all_lessons()
    for old in PAGES.glob("*.md"):
        old.unlink()
    previous = None
    for lesson in lessons:
        page = page_of(lesson, previous)
        (PAGES / f"{lesson.stem}.md").write_text(page, encoding="utf-8")
        previous = lesson if lesson.solution.exists() else previous


def page_of(lesson: Lesson, previous: Lesson | None) -> str:
    """The lesson as Markdown: text, cells with outputs, then the solution."""
    notebook = json.loads(lesson.notebook.read_text(encoding="utf-8"))
    parts = [_cell(cell) for cell in notebook["cells"]]
    if lesson.solution.exists():
        parts.append("## Solution")
        for program in sorted(lesson.solution.glob("*.py")):
            parts += _solution(program, previous)
    return "\n\n".join(parts) + "\n"


def _cell(cell: dict[str, Any]) -> str:
    source = "".join(cell["source"])
    if cell["cell_type"] != "code":
        return _native_boxes(source)
    outputs = [_output(output) for output in cell["outputs"]]
    return "\n\n".join([_fenced(source, "python"), *filter(None, outputs)])


def _native_boxes(text: str) -> str:
    """Notebook boxes and folds as Material's own, with Markdown inside."""
    text = re.sub(
        r'<div class="alert alert-(\w+)">',
        lambda match: (
            f'<div class="admonition {match[1]}" markdown="1">\n'
            f'<p class="admonition-title">{BOX_TITLES[match[1]]}</p>'
        ),
        text,
    )
    return text.replace("<details>", '<details markdown="1">')


def _output(output: dict[str, Any]) -> str:
    """What a cell printed, set off from the code."""
    if output["output_type"] == "error":
        text = f"{output['ename']}: {output['evalue']}"
    elif output["output_type"] == "stream":
        text = "".join(output["text"])
    else:
        text = "".join(output["data"]["text/plain"])
    return _fenced(text.rstrip("\n"), '{ .text .output title="Output" }')


def _solution(program: Path, previous: Lesson | None) -> list[str]:
    """One finished program, and how it grew, both folded away."""
    text = program.read_text(encoding="utf-8")
    parts = [_folded(f"{program.name}: the whole program", _fenced(text, "python"))]
    before = previous.solution / program.name if previous else program
    if previous and before.exists():
        change = difflib.unified_diff(
            before.read_text(encoding="utf-8").splitlines(),
            text.splitlines(),
            f"{previous.stem}/{program.name}",
            f"{program.parent.name}/{program.name}",
            lineterm="",
        )
        title = f"{program.name}: what changed since {previous.stem}"
        parts.append(_folded(title, _fenced("\n".join(change), "diff")))
    return parts


def _folded(title: str, text: str) -> str:
    return f'<details markdown="1">\n<summary>{title}</summary>\n\n{text}\n\n</details>'


def _fenced(text: str, language: str) -> str:
    fence = "```"
    while fence in text:
        fence += "`"
    return f"{fence}{language}\n{text.rstrip()}\n{fence}"
