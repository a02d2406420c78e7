"""`python3 -m tests` proves all of the project, as CI does.

Arguments go to pytest: `python3 -m tests -k echo` runs those tests alone.
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

# The stored outputs of notebooks were made with these; elsewhere errno and
# state names may differ, and the notebooks are run without comparing.
NOTEBOOKS_MADE_ON = ("linux", (3, 11))


def steps(python: str, site: str) -> list[tuple[str, list[str]]]:
    """Each step's name and command, in the order in which they run."""
    module = [python, "-m"]
    pytest = [*module, "pytest", "-q", "-n", "2", "--dist", "loadfile"]
    same = (sys.platform, sys.version_info[:2]) == NOTEBOOKS_MADE_ON
    nbval = ["--nbval" if same else "--nbval-lax", "--nbval-cell-timeout=30"]
    mkdocs = [*module, "mkdocs", "build", "--strict", "--site-dir", site]
    return [
        ("lint", [*module, "ruff", "check"]),
        ("format", [*module, "ruff", "format", "--check"]),
        ("types", [*module, "mypy"]),
        ("tests", pytest),
        ("notebooks", [*pytest, *nbval, "notebooks"]),
        ("site", mkdocs),
        ("site, by Zensical", [*module, "zensical", "build", "--strict"]),
    ]


def main(arguments: list[str]) -> int:
    """Run every step, or pytest alone with these arguments."""
    try:
        python = str(ensure_environment())
    except CannotSetUp as error:
        print(error, file=sys.stderr)
        return 2
    if arguments:
        command = [python, "-m", "pytest", *arguments]
        return subprocess.run(command, cwd=ROOT, check=False).returncode
    write_pages()
    env = os.environ | {"NO_MKDOCS_2_WARNING": "1"}
    results = []
    with tempfile.TemporaryDirectory() as folder:
        for name, command in steps(python, folder):
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
