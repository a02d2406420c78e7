"""What the cells of a lesson's notebook call."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from IPython.display import Markdown

from lessons.course.catalogue import ROOT, find_lesson
from lessons.course.learner import exercise
from lessons.course.learner.report import Outcome
from lessons.course.publishing import lists
from socketscope import END as END
from socketscope import INTERRUPT as INTERRUPT
from socketscope import watch
from socketscope.notebook import Drawing, show


@dataclass(frozen=True)
class DrawnRun:
    """A drawing that says of which run it is.

    That stands in the notebook, beside the drawing, so that the lesson's page
    can show the same run without carrying out the cell.
    """

    drawing: Drawing
    run: dict[str, Any]
    """As a table of `docs/runs.toml` would name it."""

    def __repr__(self) -> str:
        return self.drawing.text

    def _repr_mimebundle_(self, **_: object) -> tuple[dict[str, str], dict[str, Any]]:
        return self.drawing._repr_mimebundle_(), {"run": self.run}


def check(lesson: str) -> Outcome:
    """Judge the learner's programs of a lesson, for example `check("04")`."""
    return exercise.check(find_lesson(lesson))


def draw(
    lesson: str, *programs: str, typed: Sequence[Any] = (), **options: Any
) -> DrawnRun:
    """Run a lesson's finished programs and draw what happened.

    `typed` are the lines for the client's keyboard (the server's, if there is
    no client); the line `END` ends its input, as Ctrl-D does. The options are
    those of `socketscope.drawing.layout.arrange`.
    """
    paths = [find_lesson(lesson).finished(name) for name in programs]
    run = {
        "programs": [path.relative_to(ROOT).as_posix() for path in paths],
        "typed": list(typed),
        **options,
    }
    match options.get("mark"):
        case range() as stops:
            run["mark"] = [stops[0], stops[-1]]  # JSON has no ranges
        case list() | tuple() as names:
            run["mark"] = list(names)
    return DrawnRun(show(watch(*paths, typed=typed), **options), run)


def contents() -> Markdown:
    """The lessons to come, and what each one brings."""
    return Markdown(lists.table())  # type: ignore[no-untyped-call]
