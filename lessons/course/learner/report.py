"""Show a learner what passed, what did not yet, and what to think about.

The same outcome is shown three ways: as text in a terminal, as HTML in a
notebook, and as JSON for tools.
"""

from __future__ import annotations

import html
import json
import shutil
import textwrap
from dataclasses import dataclass, replace
from pathlib import Path

from lessons.course.catalogue import Lesson, all_lessons
from lessons.course.checking import Result
from lessons.course.checking.run import LEARNERS
from lessons.course.learner import progress
from socketscope import Recording
from socketscope.drawing.text import draw_text

WIDTH = 78
FEWEST = 8
"""Lines that a drawing has, however much there is to say beside it."""


@dataclass(frozen=True)
class Outcome:
    """All that one check of a lesson has shown."""

    lesson: Lesson
    results: tuple[Result, ...]
    judged: tuple[str, ...]
    """A line for each file: which, and how long ago it was saved."""

    @property
    def solved(self) -> bool:
        return all(result.passed for result in self.results)

    @property
    def first_failed(self) -> Result | None:
        return next((result for result in self.results if not result.passed), None)

    def __repr__(self) -> str:
        return "\n".join([*self.judged, "", *map(line_of, self.results), *self.told()])

    def told(self, whole: bool = False) -> list[str]:
        """What follows the list of checks, with the question last.

        All of it fits a screen, for which the drawing is cut to what is around the
        place where it went wrong; `whole` asks for all of the drawing.
        """
        failed = self.first_failed
        if failed is None or failed.not_yet is None:
            return ["", advice(self)]
        said = [advice(self)]
        for text in (failed.not_yet.did, failed.not_yet.ask):
            lines = textwrap.wrap(text, WIDTH - 4)
            said += ["", *(f"    {line}" for line in lines)]
        if failed.recording is None:
            return ["", *said]
        taken = len(self.judged) + len(self.results) + len(said) + 4
        height = max(FEWEST, shutil.get_terminal_size().lines - taken)
        drawing = draw_text(
            failed.recording, None if whole else height, remark=_remark(failed)
        )
        return ["", *drawing.splitlines(), "", *said]

    def as_json(self) -> str:
        """For tools: every check with what was seen, and the mistake's name."""
        return json.dumps(
            {
                "lesson": self.lesson.stem,
                "solved": self.solved,
                "checks": [
                    {
                        "check": result.check.sentence,
                        "passed": result.passed,
                        **(
                            {}
                            if result.not_yet is None
                            else {
                                "did": result.not_yet.did,
                                "ask": result.not_yet.ask,
                                "mistake": result.not_yet.mistake,
                            }
                        ),
                    }
                    for result in self.results
                ],
            },
            indent=2,
        )

    def _repr_html_(self) -> str:
        hints = self.lesson.hints
        rows = [
            _row(each, hints.get(each.check.sentence, []), each is self.first_failed)
            for each in self.results
        ]
        judged = "<br>".join(html.escape(text) for text in self.judged)
        return (
            f'<p style="opacity:.8">{judged}</p>'
            f'<ul style="list-style:none;padding:0">{"".join(rows)}</ul>'
            f"<p>{html.escape(advice(self))}</p>"
        )


def line_of(result: Result) -> str:
    """One check in one line."""
    mark = "[x] pass   " if result.passed else "[ ] not yet"
    return f"{mark}  {result.check.sentence}"


def advice(outcome: Outcome) -> str:
    """What to do next."""
    number = outcome.lesson.number
    if not outcome.solved:
        whole = f"(the whole run: check {number} --whole)"
        return f"Another hint: python3 -m lessons hint {number}   {whole}"
    lessons = all_lessons()
    after = lessons[lessons.index(outcome.lesson) + 1 :]
    if not after:
        return "Lesson solved. You have finished the course as far as it goes."
    return (
        f"Lesson solved. Next is {after[0].title}: "
        f"python3 -m lessons open {after[0].number}"
    )


def judged_files(lesson: Lesson, files: list[Path]) -> tuple[str, ...]:
    """Which files were judged, how long ago each was saved, and if it is news."""
    lines = [
        f"judged  {path.parent.name}/{path.name}, saved {progress.age(path)}"
        for path in files
        if path.is_file()
    ]
    if lines and progress.unchanged(lesson, files):
        lines.append("        Nothing was saved since the last check.")
    return tuple(lines)


def _row(result: Result, known: list[str], opened: bool) -> str:
    """One check as HTML; opened with the run that was judged, drawn."""
    sign, state = ("✓", "pass") if result.passed else ("○", "not yet")
    text = f"{sign} <b>{state}</b>: {html.escape(result.check.sentence)}"
    if result.not_yet is None:
        return f"<li>{text}</li>"
    hints = ""
    for number, hint in reversed(list(enumerate(known, start=1))):
        hints = (
            f"<details><summary>{'A hint' if number == 1 else 'Another hint'}</summary>"
            f"<p>{html.escape(hint)}</p>{hints}</details>"
        )
    drawing = ""
    if opened and result.recording is not None:
        # Only a notebook needs this, and it takes a while to import.
        from socketscope.notebook import show

        run = _without_our_tracebacks(result.recording)
        drawing = show(run, remark=_remark(result))._html()
    return (
        f"<li><details{' open' if opened else ''}><summary>{text}</summary>"
        f"<p>{html.escape(result.not_yet.did)}</p>"
        f"<p>{html.escape(result.not_yet.ask)}</p>{hints}{drawing}</details></li>"
    )


def _without_our_tracebacks(run: Recording) -> Recording:
    """The run without what the course's own programs complained about.

    That one of them was turned away is in the drawing; the lines of its
    traceback are of no use to a learner.
    """
    ours = {i for i, p in enumerate(run.programs) if p.name not in LEARNERS}
    events = tuple(
        replace(event, text="")
        if event.program in ours and event.stream == "stderr"
        else event
        for event in run.events
    )
    return replace(run, events=events)


def _remark(result: Result) -> tuple[int, str] | None:
    """Where in the run it went wrong, for the drawing."""
    if result.not_yet is None or result.not_yet.event is None:
        return None
    return (result.not_yet.event, "here")
