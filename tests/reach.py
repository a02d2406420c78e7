"""Which tests a change can reach, for `python3 -m tests --quick`."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterable, Iterator

from lessons.course.catalogue import ROOT

ROOMS = ("course", "drawing", "facts", "mistakes", "recorder", "right", "site")

REACHES = {
    "socketscope": "recorder drawing mistakes right",
    "socketscope/watched": "recorder",
    "socketscope/recorder": "recorder",
    "socketscope/drawing": "drawing",
    "socketscope/notebook.py": "drawing",
    "lessons": "course",
    "lessons/course/checking": "mistakes right",
    "lessons/course/publishing": "site course",
    "docs": "site facts",
    "mkdocs.yml": "site",
    "README.md": "course",
    "tests/accounts": "mistakes",
    "tests/benchmarks": "",
    "tests/reach.py": "course",
    **{f"tests/{room}": room for room in ROOMS},
}
"""What a path begins with, and the rooms of tests that it reaches.

The longest beginning counts. What is not here reaches every room.
"""
LESSON = re.compile(
    r"(?:lessons|solutions|notebooks|tests/(?:mistakes|accounts|right))/(\d\d_\w+)"
)
OF_A_LESSON = ("mistakes", "right", "course")


def changed() -> list[str]:
    """Paths that differ from the branch `main`, saved and unsaved ones alike."""
    since = _git("merge-base", "HEAD", "main") or ["HEAD"]
    tracked = _git("diff", "--name-only", *since)
    return [*tracked, *_git("ls-files", "--others", "--exclude-standard")]


def reached(paths: Iterable[str]) -> list[str]:
    """The arguments for pytest: rooms, and the lessons if only lessons changed."""
    rooms: set[str] = set()
    lessons: set[str] = set()
    for path in paths:
        if found := LESSON.match(path):
            lessons.add(found[1])
        else:
            rooms.update(_rooms(path))
    if rooms or not lessons:
        rooms |= set(OF_A_LESSON) if lessons else set()
        return [f"tests/{room}" for room in sorted(rooms)]
    return [*(f"tests/{room}" for room in OF_A_LESSON), "-k", " or ".join(_on(lessons))]


def _on(lessons: Iterable[str]) -> Iterator[str]:
    """The lessons, and the ones after them: a starter is the solution before."""
    for stem in sorted(lessons):
        yield from (stem, f"{int(stem[:2]) + 1:02d}_")


def _rooms(path: str) -> list[str]:
    begins = [each for each in REACHES if f"{path}/".startswith(f"{each}/")]
    longest = max(begins, key=len, default=None)
    return REACHES[longest].split() if longest else [*ROOMS]


def _git(*arguments: str) -> list[str]:
    command = ["git", *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    return done.stdout.splitlines()
