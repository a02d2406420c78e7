"""`python3 -m tests` proves all of the project, as CI does.

`python3 -m tests --quick` takes half a minute: it proves what a change since
`main` can reach, as far as the time allows, and says what it leaves out. Other
arguments go to pytest: `python3 -m tests -k echo` runs those tests alone.
"""

import sys

if sys.version_info < (3, 11):
    # This file must stay readable for any Python, so that this can be said.
    sys.exit(
        "The tests need Python 3.11 or newer, and this is Python %d.%d. "
        "Please install a newer one from python.org and try again."
        % sys.version_info[:2]
    )

import os
import subprocess
import tempfile
import time

from lessons.course.catalogue import ROOT
from lessons.course.learner.environment import CannotSetUp, ensure_environment
from lessons.course.publishing.pages import write_pages
from tests.reach import ROOMS, changed, reached

# The stored outputs of notebooks were made with these; elsewhere errno and
# state names may differ, and the notebooks are run without comparing.
NOTEBOOKS_MADE_ON = ("linux", (3, 11))
QUICK = 15
"""Seconds in which `--quick` begins tests; the rest of half a minute is theirs
that are under way, and of what comes before."""

Steps = list[tuple[str, list[str]]]


def first_steps(python: str) -> Steps:
    """What is read, and not run: each step's name and command."""
    ruff = [python, "-m", "ruff"]
    return [
        ("lint", [*ruff, "check"]),
        ("format", [*ruff, "format", "--check"]),
        ("types", [python, "-m", "mypy"]),
    ]


def all_steps(python: str, site: str) -> Steps:
    """Everything, in the order in which it runs."""
    module = [python, "-m"]
    same = (sys.platform, sys.version_info[:2]) == NOTEBOOKS_MADE_ON
    nbval = ["--nbval" if same else "--nbval-lax", "--nbval-cell-timeout=30"]
    mkdocs = [*module, "mkdocs", "build", "--strict", "--site-dir", site]
    return [
        *first_steps(python),
        ("tests and notebooks", [*pytest(python), *nbval, "tests", "notebooks"]),
        ("site", mkdocs),
        ("site, by Zensical", [*module, "zensical", "build", "--strict"]),
    ]


def quick_steps(python: str) -> Steps:
    """What a change can reach, until the time is over."""
    rooms = reached(changed())
    unreached = [room for room in ROOMS if f"tests/{room}" not in rooms]
    print("Left out: notebooks, the built site, all that needs a browser,")
    print("and what no change reaches:", ", ".join(unreached) or "nothing")
    short = ["-p", "no:nbval", "-rs", f"--seconds={QUICK}"]  # nbval takes long to load
    quick = [*pytest(python), *short, "tests/test_house.py", *rooms]
    return [*first_steps(python), ("tests", quick)]


def pytest(python: str) -> list[str]:
    """Two tests a core at a time, since most of them wait most of the time."""
    cores = os.cpu_count() or 1
    if hasattr(os, "sched_getaffinity"):  # some may be kept from this process
        cores = len(os.sched_getaffinity(0))
    return [python, "-m", "pytest", "-q", "-n", str(2 * cores)]


def main(arguments: list[str]) -> int:
    """Run every step, or pytest alone with these arguments."""
    try:
        python = str(ensure_environment())
    except CannotSetUp as error:
        print(error, file=sys.stderr)
        return 2
    if arguments == ["--quick"]:
        return run(quick_steps(python))
    if arguments:
        command = [python, "-m", "pytest", *arguments]
        return subprocess.run(command, cwd=ROOT, check=False).returncode
    write_pages()
    with tempfile.TemporaryDirectory() as folder:
        return run(all_steps(python, folder))


def run(steps: Steps) -> int:
    """Run one step after the other, and sum up; return the exit status."""
    env = os.environ | {"NO_MKDOCS_2_WARNING": "1"}
    results = []
    for name, command in steps:
        print(f"\n== {name}", flush=True)
        start = time.monotonic()
        status = subprocess.run(command, cwd=ROOT, env=env, check=False).returncode
        results.append((name, status, time.monotonic() - start))
    print("\n== summary")
    for name, status, seconds in results:
        print(f"{'failed' if status else 'passed'}  {name} ({seconds:.0f} s)")
    failed = sum(1 for _, status, _ in results if status)
    print(f"{len(results) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
