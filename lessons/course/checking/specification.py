"""What a lesson asks for, and how a learner's programs are judged by it.

A lesson's `checks.py` is a specification: scenarios (which programs run
together, what is typed), checks (the steps to be seen in the run) and known
mistakes (what is seen when they are not). All of them read the recording of
the same run; nothing is run again to find out more.
"""

from __future__ import annotations

import importlib.util
import shutil
import sys
import tempfile
import threading
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType

from lessons.course.catalogue import Lesson, all_lessons
from lessons.course.checking.evidence import (
    Mistake,
    NotYet,
    Step,
    in_short,
    more_telling,
    most_telling,
)
from lessons.course.checking.files import before_running, copy
from lessons.course.checking.mistakes import anywhere
from lessons.course.checking.run import LEARNERS, PORT, Run
from socketscope import END, Recording, watch

PEERS = Path(__file__).parent / "peers"
SECONDS = 20.0
"""A scenario may take this long, on a machine that many share; then it is
judged as far as it came. Programs that are stuck are told long before."""
COMPUTING = 1.2
"""Seconds of processor time that a program may take without a call or a line."""
EFFORT = 1.8
"""Seconds that a run may cost in all, as `watch` counts them. A right program's
costs a quarter of one."""
SHORT = 0.15
"""The part of both that is left to the others when one run has cost all of it."""


@dataclass(frozen=True)
class Scenario:
    """Programs that run together, in the order in which they start.

    `server.py` and `client.py` are the learner's. Others are peers, programs of
    the course, with what they do: `visitor.py ask`.
    """

    programs: tuple[str, ...]
    types: tuple[str, ...]
    """Lines for the keyboard of each client (of the server, if it is alone with
    peers). Then the input of every learner's program is at its end."""
    checks: list[Check] = field(compare=False, repr=False)
    """Those of the lesson."""
    heavy: float = 1.0
    """How many times as much as another it may cost: much is sent in it."""

    def check(self, sentence: str, *steps: Step) -> None:
        """Add a check to the lesson: what must be seen in this scenario."""
        self.checks.append(Check(sentence, self, steps))

    def typed(self) -> list[tuple[int, str]]:
        """Each line, with the index of the program that it is typed to."""
        name = "client.py" if "client.py" in self.programs else "server.py"
        to = [index for index, each in enumerate(self.programs) if each == name]
        lines = [(index, line) for index in to for line in self.types]
        ours = [i for i, each in enumerate(self.programs) if each in LEARNERS]
        return lines + [(index, END) for index in ours]


@dataclass(frozen=True)
class Check:
    """One behaviour, stated as a sentence: a ladder of steps."""

    sentence: str
    scenario: Scenario
    steps: tuple[Step, ...]

    def not_taken(self, run: Run) -> NotYet | None:
        """The account of the first step that was not taken."""
        return next((told for step in self.steps if (told := step(run))), None)


class Specification:
    """What one lesson asks for: its checks, in order, and known mistakes."""

    def __init__(self, *files: str, mistakes: Iterable[ModuleType] = ()) -> None:
        self.files = files
        """The learner's files, which must be there."""
        self.starters: Path | None = None
        """The folder of the programs that a learner begins with."""
        self.checks: list[Check] = []
        self.stated = [each for module in mistakes for each in _in(module)]
        """The mistakes that this lesson is the first to tell."""
        self.mistakes: list[Mistake] = []
        """All that it can tell: those of the lessons before it as well."""

    def scenario(
        self, *programs: str, types: Sequence[str] = (), heavy: float = 1.0
    ) -> Scenario:
        """Programs to run together, and lines to type; checks are added to it."""
        return Scenario(programs, tuple(types), self.checks, heavy)


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
    """What the lesson's `checks.py` asks for; None if it has none.

    It knows its own mistakes and those of the lessons before it, save those
    that hold in one lesson only.
    """
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
        _complete(module, lesson)
    found: Specification = sys.modules[name].lesson
    return found


def judge(asked: Specification, folder: Path) -> Iterator[Result]:
    """Judge the programs in a folder; each result comes as soon as it is known.

    The folder is only read: what runs are copies in a temporary one.
    """
    unfit = before_running(asked.files, folder, asked.starters)
    if unfit is not None:
        for check in asked.checks:
            yield Result(check, unfit)
        return
    scenarios = dict.fromkeys(check.scenario for check in asked.checks)
    pool, runs = ThreadPoolExecutor(max_workers=2), Runs(folder)
    try:
        found = {each: pool.submit(runs.run, each) for each in scenarios}
        known: dict[Scenario, NotYet | None] = {}
        for check in asked.checks:
            run = found[check.scenario].result()
            not_yet = check.not_taken(run)
            if not_yet is not None:
                if check.scenario not in known:
                    known[check.scenario] = most_telling(asked.mistakes, run)
                not_yet = more_telling(known[check.scenario], not_yet)
            yield Result(check, not_yet and in_short(not_yet), run.recording)
    finally:
        runs.stop.set()  # perhaps nobody asks for more
        pool.shutdown(cancel_futures=True)


class Runs:
    """The runs of one folder's programs."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.stop = threading.Event()
        self.share = 1.0
        """Of what a run may cost. One that goes on and on is enough to know."""

    def run(self, scenario: Scenario) -> Run:
        """Run copies of the programs, in a temporary folder, and record them."""
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
            place = Path(name, "own")
            copy(self.folder, place)
            recording = watch(
                *(_command(each, place) for each in scenario.programs),
                typed=scenario.typed(),
                timeout=SECONDS,
                computing=COMPUTING * self.share,
                effort=EFFORT * self.share * scenario.heavy,
                real_port=False,  # thirty learners may share a machine
                cwd=place,
                stop=self.stop,
            )
        if recording.verdict.kind == "busy" or recording.verdict.seconds:
            self.share = SHORT
        return Run(recording, scenario.programs)


def _command(program: str, place: Path) -> list[str]:
    """A path and arguments: a peer is told its port, and what it should do.

    Of one deed, it is drawn under the name of that deed.
    """
    name, *deeds = program.split()
    if name in LEARNERS:
        return [str(place / name)]
    peer = place.parent / "peers" / (f"{deeds[0]}.py" if len(deeds) == 1 else name)
    peer.parent.mkdir(exist_ok=True)
    shutil.copyfile(PEERS / name, peer)
    return [str(peer), str(PORT), *deeds]


def _complete(module: ModuleType, lesson: Lesson) -> None:
    """Add to what a lesson states itself what it can tell besides."""
    asked: Specification = module.lesson
    if not isinstance(asked, Specification):
        return
    before = [each for each in all_lessons() if each.stem < lesson.stem]
    former = [
        each for each in map(specification, before) if isinstance(each, Specification)
    ]
    lasting = [m for each in former for m in each.mistakes if not m.here_only]
    asked.starters = lesson.folder
    own = [*_in(module), *asked.stated]
    asked.mistakes = list(dict.fromkeys([*own, *lasting, *_in(anywhere)]))


def _in(module: ModuleType) -> list[Mistake]:
    """The mistakes that a module defines, save those that wait for their step."""
    found = [each for each in vars(module).values() if isinstance(each, Mistake)]
    return [each for each in found if not each.as_step]
