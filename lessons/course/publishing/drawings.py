"""Record the runs that pages show, and draw each one three ways.

`docs/runs.toml` names the runs of the hand-written pages, a table a run:

    [port_taken]
    programs = ["docs/runs/port_taken/server.py", "docs/runs/port_taken/second.py"]
    typed = [[0, "a line for the keyboard of program 0"]]
    step = 3

Paths count from the project's folder. What is not named here goes to
`socketscope.watch` (`order`, `free`, `real_port`, `timeout`) or else to
`socketscope.drawing.layout.arrange` (`level`, `states`, `segments`, `mark`, `title`);
a `mark` of two numbers is the first and the last of the stops that it marks.
A lesson's notebook declares its runs in the same words, beside each drawing.

A run called NAME becomes `docs/assets/runs/NAME.svg`, `.html` (the stepper) and
`.txt`. The picture says in a comment what it was made from, so that nothing is
run again before a program, an option or the recorder has changed.
"""

from __future__ import annotations

import hashlib
import os
import re
import tomllib
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from lessons.course.catalogue import ROOT
from socketscope import CannotRecord, watch
from socketscope.drawing.layout import arrange
from socketscope.drawing.stepper import draw_stepper
from socketscope.drawing.svg import draw_svg
from socketscope.drawing.text import draw_text

LISTED = ROOT / "docs" / "runs.toml"
DRAWN = ROOT / "docs" / "assets" / "runs"
PROJECTOR = Path(__file__).with_name("projector.html")
"""What a stepper on the site has besides: the view for a projector."""
ICON = '<link rel="icon" href="../favicon.svg">'
SUFFIXES = (".svg", ".html", ".txt")
FOR_WATCH = ("order", "free", "real_port", "timeout")


class CannotDraw(Exception):
    """A run cannot be recorded or drawn; the text says which, and why."""


@dataclass(frozen=True)
class PageRun:
    """Programs that run together, and how a page shows what happened."""

    name: str
    programs: tuple[Path, ...]
    typed: tuple[str | tuple[int, str], ...] = ()
    recorded: dict[str, Any] = field(default_factory=dict)
    """For `socketscope.watch`."""
    arranged: dict[str, Any] = field(default_factory=dict)
    """For `socketscope.drawing.layout.arrange`."""
    step: int | str | None = None

    def file(self, suffix: str) -> Path:
        """Its picture (`.svg`), its stepper (`.html`), or the same as text (`.txt`)."""
        return DRAWN / f"{self.name}{suffix}"

    @property
    def words(self) -> str:
        """What happened, in sentences, as the drawn picture says it."""
        picture = self.file(".svg").read_text("utf-8")
        found = re.search(r"<desc>(.*?)</desc>", picture, re.DOTALL)
        return found[1] if found else ""

    @property
    def made_from(self) -> str:
        """A digest of all that its drawings depend on."""
        digest = hashlib.sha256(_recorder())
        digest.update(repr((self.typed, self.recorded, self.arranged)).encode())
        digest.update(repr(self.step).encode())
        for program in self.programs:
            digest.update(program.name.encode())
            # A program may import, or trip over, what lies next to it.
            for path in [program, *sorted(program.parent.glob("*.py"))]:
                digest.update(path.read_bytes())
        return digest.hexdigest()

    @property
    def is_drawn(self) -> bool:
        """Whether its three drawings are there, and of these programs."""
        there = all(self.file(suffix).exists() for suffix in SUFFIXES)
        return there and self.file(".svg").read_text("utf-8").endswith(
            _mark(self.made_from)
        )

    def draw(self) -> None:
        """Record it and write its drawings. Raises `CannotDraw`."""
        made_from = self.made_from
        # Where a program's own folder is known, its tracebacks stay short.
        place = Path(os.path.commonpath([path.parent for path in self.programs]))
        names = [str(path.relative_to(place)) for path in self.programs]
        try:
            recording = watch(*names, typed=self.typed, cwd=place, **self.recorded)
            layout = arrange(recording, **self.arranged)
            layout.find(self.step)
            picture, text = draw_svg(layout), draw_text(layout)
            stepper = draw_stepper(layout, step=self.step)
        except (CannotRecord, TypeError, ValueError) as error:
            raise CannotDraw(f"The run {self.name!r}: {error}") from error
        projector = PROJECTOR.read_text("utf-8")
        for before, added in (("<title>", ICON), ("</html>", projector)):
            stepper = stepper.replace(before, added + before, 1)
        _write(self.file(".txt"), text.rstrip("\n") + "\n")
        _write(self.file(".html"), stepper)
        _write(self.file(".svg"), picture + _mark(made_from))


def listed_runs() -> list[PageRun]:
    """The runs that `docs/runs.toml` names."""
    if not LISTED.exists():
        return []
    tables = tomllib.loads(LISTED.read_text("utf-8"))
    return [page_run(name, **table) for name, table in tables.items()]


def page_run(
    name: str,
    programs: Iterable[str | Path],
    typed: Iterable[Any] = (),
    step: int | str | None = None,
    **options: Any,
) -> PageRun:
    """A run of programs whose paths count from the project's folder."""
    paths = tuple(ROOT / program for program in programs)
    missing = [path for path in paths if not path.is_file()]
    if missing:
        raise CannotDraw(f"The run {name!r} names {missing[0]}, which is not there.")
    mark = options.get("mark")
    if isinstance(mark, list) and isinstance(mark[0], int):
        options["mark"] = range(mark[0], mark[-1] + 1)
    return PageRun(
        name,
        paths,
        tuple(line if isinstance(line, str) else tuple(line) for line in typed),
        {key: options.pop(key) for key in FOR_WATCH if key in options},
        options,
        step,
    )


def draw_runs(runs: Iterable[PageRun]) -> None:
    """Draw what is not drawn yet, and remove the drawings of runs gone."""
    runs = list(runs)
    DRAWN.mkdir(parents=True, exist_ok=True)
    names = {run.name for run in runs}
    for old in DRAWN.iterdir():
        if old.suffix in SUFFIXES and old.stem not in names:
            old.unlink()
    # Two at a time: each is two programs that take turns.
    with ThreadPoolExecutor(max_workers=2) as pool:
        list(pool.map(PageRun.draw, [run for run in runs if not run.is_drawn]))


@cache
def _recorder() -> bytes:
    """A digest of all that records and draws."""
    digest = hashlib.sha256(Path(__file__).read_bytes() + PROJECTOR.read_bytes())
    for path in sorted((ROOT / "socketscope").rglob("*")):
        if path.suffix in (".py", ".html", ".css", ".js"):
            digest.update(path.read_bytes())
    return digest.digest()


def _mark(made_from: str) -> str:
    return f"<!-- {made_from} -->\n"


def _write(path: Path, text: str) -> None:
    """All of it at once, so that nobody reads half a drawing."""
    new = path.with_name(f"{path.name}.{os.getpid()}")
    new.write_text(text, encoding="utf-8", newline="\n")
    new.replace(path)
