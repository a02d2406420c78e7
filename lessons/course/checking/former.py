"""Run a learner's programs and judge what happened.

A lesson's `checks.py` is a specification: scenarios (which programs run
together, what is typed), checks (what must be seen in the run) and known
mistakes (what is seen when it is not). All of them read the recording of the
same run; nothing is run again to find out more.
"""

from __future__ import annotations

import importlib.util
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from lessons.course import mistakes
from lessons.course.catalogue import Lesson
from lessons.course.run import Judge, NotYet, Run
from socketscope import CannotRecord, Recording, watch

LEARNERS = ("server.py", "client.py")
PEERS = Path(__file__).parents[1] / "peers"
SECONDS = 20.0
"""A scenario may take this long, on a machine that many share; then it is
judged as far as it came. Programs that are stuck are told long before."""
LARGEST_COPY = 1_000_000
"""Bytes; larger files of the learner's folder are not copied for a run."""


@dataclass(frozen=True)
class Scenario:
    """Programs that run together, in the order in which they start.

    `server.py` and `client.py` are the learner's; any other name is one of
    the peers of the course. `typed` gives the lines for a program's keyboard;
    when they are used up, the keyboard is at its end of file.
    """

    programs: tuple[str, ...]
    typed: Mapping[str, Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Check:
    """One behaviour, stated as a sentence."""

    sentence: str
    scenario: Scenario
    judge: Judge
    hints: tuple[str, str, str, str]
    """A question, where to look, the call, a similar example elsewhere."""


class Specification:
    """What one lesson asks for: its checks, in order, and known mistakes."""

    def __init__(self, *files: str) -> None:
        self.files = files
        """The learner's files, which must be there."""
        self.checks: list[Check] = []
        self.mistakes: list[Judge] = []

    def check(
        self, sentence: str, scenario: Scenario, *hints: str
    ) -> Callable[[Judge], Judge]:
        """Add a check: the function returns None if it passed."""
        question, where, call, example = hints

        def add(judge: Judge) -> Judge:
            hints = (question, where, call, example)
            self.checks.append(Check(sentence, scenario, judge, hints))
            return judge

        return add

    def mistake(self, judge: Judge) -> Judge:
        """Add a known mistake: the function recognises it in a run.

        Its name names the mistake. Earlier ones are asked first.
        """
        self.mistakes.append(judge)
        return judge


@dataclass(frozen=True)
class Result:
    """One check, judged."""

    check: Check
    not_yet: NotYet | None
    recording: Recording | None = None
    """None if the programs could not be run at all."""

    @property
    def passed(self) -> bool:
        return self.not_yet is None


def specification(lesson: Lesson) -> Specification | None:
    """What the lesson's `checks.py` asks for; None if it has none."""
    path = lesson.folder / "checks.py"
    if not path.exists():
        return None
    name = f"lessons.checks_{lesson.number}"
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, path)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        spec.loader.exec_module(module)
    asked: Specification = sys.modules[name].lesson
    return asked


def judge(asked: Specification, folder: Path) -> Iterator[Result]:
    """Judge the programs in a folder; each result comes as soon as it is known.

    The folder is only read: what runs are copies in a temporary one.
    """
    unfit = mistakes.before_running(asked.files, folder)
    if unfit is not None:
        for check in asked.checks:
            yield Result(check, unfit)
        return
    scenarios = list(dict.fromkeys(id(check.scenario) for check in asked.checks))
    by_id = {id(check.scenario): check.scenario for check in asked.checks}
    with ThreadPoolExecutor(max_workers=2) as pool:
        runs = {key: pool.submit(_run, by_id[key], folder) for key in scenarios}
        for check in asked.checks:
            try:
                run = runs[id(check.scenario)].result()
            except CannotRecord as error:
                yield Result(
                    check, NotYet(str(error), "Can your editor open the file?")
                )
                continue
            not_yet = check.judge(run)
            if not_yet is not None:
                known = [*asked.mistakes, *mistakes.KNOWN]
                not_yet = _recognised(known, run) or not_yet
            yield Result(check, not_yet, run.recording)


def _recognised(known: Sequence[Judge], run: Run) -> NotYet | None:
    for mistake in known:
        found = mistake(run)
        if found is not None:
            return NotYet(found.did, found.ask, found.event, mistake.__name__)
    return None


def _run(scenario: Scenario, folder: Path) -> Run:
    """Run copies of the programs, in a temporary folder, and record them."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        place = Path(name)
        for source in folder.iterdir():
            small = source.is_file() and source.stat().st_size <= LARGEST_COPY
            if small or source.name in LEARNERS:
                shutil.copyfile(source, place / source.name)
        programs = [
            (place if name in LEARNERS else PEERS) / name for name in scenario.programs
        ]
        typed = [
            (index, line)
            for index, name in enumerate(scenario.programs)
            for line in scenario.typed.get(name, ())
        ]
        recording = watch(*programs, typed=typed, timeout=SECONDS, cwd=place)
    return Run(recording, scenario.programs)
