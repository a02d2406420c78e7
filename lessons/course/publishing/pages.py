"""Write what the site is built from: lessons, drawings, downloads, lists.

The pages are plain Markdown in `docs/lessons/`, made before the site is built
and never edited by hand. Next to a page lies a folder with its files for
download.
"""

from __future__ import annotations

import difflib
import json
import re
import shutil
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

from lessons.course.catalogue import ROOT, Lesson, all_lessons
from lessons.course.publishing import lists
from lessons.course.publishing.drawings import PageRun, draw_runs, listed_runs, page_run
from lessons.course.publishing.markdown import (
    code,
    fenced,
    folded,
    indented,
    inline,
    is_section,
    printed,
    sections,
)
from socketscope.drawing import palette

PAGES = ROOT / "docs" / "lessons"
COLOURS = ROOT / "docs" / "assets" / "palette.css"
MENU = ROOT / "mkdocs-menu.yml"
TEACHING = ROOT / "docs" / "teaching" / "lessons.md"


def write_pages() -> None:
    """Write everything generated, and remove what belongs to lessons gone.

    A lesson has a page as soon as it has a notebook.
    """
    PAGES.mkdir(parents=True, exist_ok=True)
    lessons = [lesson for lesson in all_lessons() if lesson.notebook.exists()]
    drawings = chain.from_iterable(drawings_of(lesson) for lesson in lessons)
    draw_runs([*listed_runs(), *drawings])
    _write(COLOURS, colours())
    _write(MENU, lists.menu(lessons))
    _write(TEACHING, lists.teachers_page())
    for old in PAGES.iterdir():
        if old.stem not in {lesson.stem for lesson in lessons}:
            shutil.rmtree(old) if old.is_dir() else old.unlink()
    previous = None
    for lesson in lessons:
        _write(PAGES / f"{lesson.stem}.md", page_of(lesson, previous))
        _copy_files(lesson)
        previous = lesson if lesson.solution.exists() else previous


def page_of(lesson: Lesson, previous: Lesson | None) -> str:
    """The lesson as Markdown: text, cells with outputs, solution, mistakes."""
    drawings = iter(drawings_of(lesson))
    parts: list[str] = []
    tried = None
    for cell in _cells(lesson):
        source = "".join(cell["source"])
        if cell["cell_type"] != "code":
            parts += sections(source)
        elif drawn := _drawn(cell):
            parts += [_drawing(next(drawings)) for _ in drawn]
        elif _calls(source, "contents"):
            parts.append(lists.table())
        elif _calls(source, "check"):
            parts.append(_try_it(lesson))
            tried = len(parts)
        else:
            parts += [code(source), *filter(None, map(printed, cell["outputs"]))]
    if lesson.solution.exists():
        # They belong to "Your turn", and so before the section after it.
        after = (
            i for i, part in enumerate(parts) if i >= (tried or 0) and is_section(part)
        )
        place = next(after, len(parts)) if tried else len(parts)
        parts[place:place] = [*_solutions(lesson, previous), *_mistakes(lesson)]
    parts += _files(lesson)
    return "\n\n".join([_head(lesson, parts), *parts]) + "\n"


def drawings_of(lesson: Lesson) -> list[PageRun]:
    """The runs that the lesson's notebook draws."""
    runs = chain.from_iterable(_drawn(cell) for cell in _cells(lesson))
    drawings = []
    for number, run in enumerate(runs, start=1):
        name = lesson.stem if number == 1 else f"{lesson.stem}_{number}"
        mark = run.get("mark")
        # The stepper opens at what the lesson is about.
        step = mark[0] if isinstance(mark, list) else mark
        drawings.append(page_run(name, **{"step": step, **run}))
    return drawings


def _drawn(cell: dict[str, Any]) -> list[dict[str, Any]]:
    """The runs that a cell draws: its outputs say of which run they are."""
    outputs = cell.get("outputs", [])
    found = (output.get("metadata", {}).get("run") for output in outputs)
    return [run for run in found if run]


def colours() -> str:
    """The drawings' colours as a style sheet, for the pages around them."""
    light, dark = map(palette.properties, (palette.LIGHT, palette.DARK))
    return (
        "/* Made from socketscope/drawing/palette.py. */\n"
        f":root{{{light};--sans:{palette.SANS};--mono:{palette.MONO}}}\n"
        f"@media screen{{[data-md-color-scheme=slate]{{{dark}}}}}\n"
    )


def _cells(lesson: Lesson) -> list[dict[str, Any]]:
    notebook = json.loads(lesson.notebook.read_text(encoding="utf-8"))
    cells: list[dict[str, Any]] = notebook["cells"]
    return cells


def _calls(source: str, name: str) -> bool:
    """Whether a line of a cell calls this function."""
    return re.search(rf"(?m)^{name}\(", source) is not None


# --- text -------------------------------------------------------------------


def _head(lesson: Lesson, parts: list[str]) -> str:
    """What the page is called in menus, and in a search engine's answer."""
    title = lesson.title.removeprefix("Lesson ")
    paragraphs = "\n\n".join(parts).split("\n\n")
    described = next(text for text in paragraphs if text[0] not in "#<`|-")
    described = re.sub(r"[`*\[\]]", "", described)
    values = {"title": title, "description": described}
    lines = [
        f"{name}: {json.dumps(values[name], ensure_ascii=False)}" for name in values
    ]
    return "\n".join(["---", *lines, "---"])


def _drawing(run: PageRun) -> str:
    """The picture, which the site's script makes a stepper, and the same in words."""
    names = " and ".join(path.name for path in run.programs)
    told = f"{names} as they ran; the same is told in words below"
    return f"![{told}](../assets/runs/{run.name}.svg){{ .run }}\n\n" + folded(
        "The same in words", f"<p>{run.words}</p>"
    )


# --- your turn --------------------------------------------------------------


def _try_it(lesson: Lesson) -> str:
    """How to check one's own programs: there is no run of the reader's here."""
    ways = {
        "Jupyter": fenced(
            f'from lessons.course.notebook import check\n\ncheck("{lesson.number}")',
            "python",
        ),
        "Terminal: Linux, macOS": fenced(
            f"python3 -m lessons check {lesson.number}", "bash"
        ),
        "Terminal: Windows": fenced(f"py -m lessons check {lesson.number}", "bash"),
    }
    tabs = "\n\n".join(f'=== "{way}"\n\n{indented(how)}' for way, how in ways.items())
    return f'!!! example "Check your programs"\n\n{indented(tabs)}'


def _solutions(lesson: Lesson, previous: Lesson | None) -> Iterator[str]:
    yield "## The solution"
    yield "Try it yourself first: there is more than one good way."
    for program in sorted(lesson.solution.glob("*.py")):
        yield from _solution(program, previous)


def _solution(program: Path, previous: Lesson | None) -> list[str]:
    """One finished program, and how it grew, both folded away."""
    text = program.read_text(encoding="utf-8")
    side = program.stem
    block = fenced(text, f'{{ .python .cell .{side} title="{program.name}" }}')
    parts = [folded(f"{program.name}: the whole program", block)]
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
        changed = "\n".join(change) or "Nothing changed."
        parts.append(folded(title, fenced(changed, "diff")))
    return parts


def _mistakes(lesson: Lesson) -> Iterator[str]:
    """What the course tells those who have missed it in a known way."""
    known: dict[str, list[Path]] = {}
    for message in sorted(lesson.mistakes.glob("*/message.txt")):
        name = message.parent.name.partition("__")[0]
        known.setdefault(name, []).append(message)
    if not known:
        return
    yield "## Known mistakes"
    yield (
        "Each of these programs was written wrong on purpose, and run. Below its name "
        "stands what `check` tells a learner who wrote it."
    )
    items = [item for name, messages in known.items() for item in _told(name, messages)]
    title = f"{len(known)} mistakes, and what the course says"
    yield folded(title, f'<dl class="mistakes">{"".join(items)}</dl>', "mistakes")


def _told(name: str, messages: list[Path]) -> Iterator[str]:
    """A mistake's name, then what is said, once where variants are told the same."""
    words = name.replace("_", " ").capitalize()
    for written, meant in {"ctrl c": "Ctrl-C", "udp": "UDP"}.items():
        words = words.replace(written, meant)
    yield f"<dt>{words}</dt>"
    for told in dict.fromkeys(path.read_text("utf-8") for path in messages):
        did, _, ask = told.strip().partition("\n")
        yield f"<dd>{inline(did)} <em>{inline(ask)}</em></dd>"


# --- files ------------------------------------------------------------------


def _files(lesson: Lesson) -> Iterator[str]:
    """Links to the notebook and the programs, to save."""
    yield "## Files"
    rows = [f"- The notebook: {_download(lesson, f'{lesson.stem}.ipynb')}"]
    for name, folder in (("start from", "starter"), ("arrive at", "solution")):
        programs = _programs(lesson)[folder]
        if programs:
            links = [_download(lesson, f"{folder}/{path.name}") for path in programs]
            rows.append(f"- What you {name}: {', '.join(links)}")
    yield "\n".join(rows)


def _programs(lesson: Lesson) -> dict[str, list[Path]]:
    found = sorted(lesson.solution.glob("*.py")) if lesson.solution.exists() else []
    return {"starter": lesson.starters(), "solution": found}


def _download(lesson: Lesson, path: str) -> str:
    name = path.rpartition("/")[2]
    return f'[`{name}`]({lesson.stem}/{path}){{ download="{name}" }}'


def _copy_files(lesson: Lesson) -> None:
    """Put the files for download next to the page."""
    place = PAGES / lesson.stem
    files = {place / lesson.notebook.name: lesson.notebook}
    for folder, programs in _programs(lesson).items():
        files |= {place / folder / program.name: program for program in programs}
    for old in place.rglob("*.*"):
        if old not in files:
            old.unlink()
    for copy, original in files.items():
        copy.parent.mkdir(parents=True, exist_ok=True)
        _write(copy, original.read_text(encoding="utf-8"))


def _write(path: Path, text: str) -> None:
    """Write a file, unless it says so already: a watcher need not wake up."""
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8", newline="\n")
