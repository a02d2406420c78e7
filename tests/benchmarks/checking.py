"""How long a learner waits for a check, against the same programs run bare.

    python -m tests.benchmarks.checking [lesson ...]

For each lesson it prints, in one run under one Python: the time until the
first verdict, until all checks are judged, and the time that the programs of
all its scenarios take by themselves, driven through pipes. Then thirty
learners press check at the same moment, each in a folder of their own.
"""

from __future__ import annotations

import contextlib
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from lessons.course.catalogue import ROOT, Lesson, all_lessons, find_lesson
from lessons.course.checking import (
    PEERS,
    Scenario,
    Specification,
    judge,
    specification,
)
from lessons.course.checking.run import LEARNERS
from socketscope import END
from tests.running import copy_with_port, free_port

RUNS = 5
LEARNERS_AT_ONCE = 30


def seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def run_bare(scenario: Scenario, lesson: Lesson) -> None:
    """The programs of a scenario by themselves: each is started when the one
    before it has printed something or ended, and is typed to through a pipe."""
    port = free_port()
    running = []
    with tempfile.TemporaryDirectory() as name:
        own = copy_with_port(lesson.solution, Path(name) / "own", port)
        peers = copy_with_port(PEERS, Path(name) / "peers", port)
        for peer in peers.glob("*.py"):
            text = peer.read_text(encoding="utf-8")
            # A peer that is a server says nothing by itself when it is up.
            text = text.replace("as listener:", "as listener:\n    print('up')")
            peer.write_text(text, encoding="utf-8")
        for each in scenario.programs:
            program, *deeds = each.split()
            folder, arguments = own, deeds
            if program not in LEARNERS:
                folder, arguments = peers, [str(port), *deeds]
            process = subprocess.Popen(
                [sys.executable, "-u", str(folder / program), *arguments],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
            running.append(process)
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdout.read(1)  # it is up, or over
            index = len(running) - 1
            lines = [f"{line}\n" for to, line in scenario.typed() if to == index]
            with contextlib.suppress(BrokenPipeError):  # it needed no line
                process.stdin.write("".join(lines).replace(f"{END}\n", "").encode())
                process.stdin.close()
        for name, process in zip(scenario.programs[1:], running[1:], strict=True):
            if name != "server.py":  # which waits for its next client
                process.wait(20)
        for process in running:
            process.kill()
            process.wait(20)
            assert process.stdout is not None
            process.stdout.close()


def measure(lesson: Lesson, asked: Specification) -> None:
    scenarios = scenarios_of(lesson)
    first, whole, bare = [], [], []
    for _ in range(RUNS):
        start = time.perf_counter()
        results = judge(asked, lesson.solution)
        next(results)
        first.append(time.perf_counter() - start)
        list(results)
        whole.append(time.perf_counter() - start)
        bare.append(seconds(lambda: [run_bare(s, lesson) for s in scenarios]))
    median = [statistics.median(times) for times in (first, whole, bare)]
    print(
        f"{lesson.stem:12} first verdict {median[0]:.2f} s, all {median[1]:.2f} s, "
        f"{len(scenarios)} scenarios bare {median[2]:.2f} s: "
        f"{median[1] / median[2]:.1f} times",
        flush=True,
    )


def thirty_learners(lesson: Lesson) -> None:
    """Everybody presses check at the same moment, on this one machine."""
    bare, _ = at_once(
        [sys.executable, "-m", __spec__.name, "--bare", lesson.stem], lesson
    )
    check = [sys.executable, "-m", "lessons", "check", lesson.stem]
    times, right = at_once(check, lesson)
    print(
        f"{LEARNERS_AT_ONCE} learners check {lesson.stem} at once: {right} right "
        f"verdicts; the slowest waited {times[-1]:.1f} s, half of them "
        f"{statistics.median(times):.1f} s or less. As many run its programs bare: "
        f"the slowest waited {bare[-1]:.1f} s. {times[-1] / bare[-1]:.1f} times"
    )


def at_once(command: list[str], lesson: Lesson) -> tuple[list[float], int]:
    """How long each of thirty waits for this command, and how many succeed."""
    with tempfile.TemporaryDirectory() as name:
        running = []
        start = time.perf_counter()
        for number in range(LEARNERS_AT_ONCE):
            work = Path(name) / str(number)
            copy_with_port(lesson.solution, work / lesson.stem, 5555)
            environment = os.environ | {"SOCKETS_WORK": str(work)}
            process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=environment,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            running.append(process)
        waiting = dict(enumerate(running))
        took: dict[int, float] = {}
        while waiting:
            for number, process in list(waiting.items()):
                if process.poll() is not None:
                    took[number] = time.perf_counter() - start
                    del waiting[number]
            time.sleep(0.01)
    return sorted(took.values()), sum(p.returncode == 0 for p in running)


def scenarios_of(lesson: Lesson) -> list[Scenario]:
    asked = specification(lesson)
    return (
        list(dict.fromkeys(check.scenario for check in asked.checks)) if asked else []
    )


def main(names: list[str]) -> None:
    if names[:1] == ["--bare"]:
        lesson = find_lesson(names[1])
        for scenario in scenarios_of(lesson):
            run_bare(scenario, lesson)
        return
    print(f"Python {sys.version.split()[0]}, {os.cpu_count()} processors")
    for lesson in [find_lesson(name) for name in names] or all_lessons():
        asked = specification(lesson)
        if asked is not None and asked.checks:
            measure(lesson, asked)
            last = lesson
    thirty_learners(last)


if __name__ == "__main__":
    main(sys.argv[1:])
