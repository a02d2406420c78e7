"""What `python3 -m lessons …` can do."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time

from lessons.course.catalogue import (
    ROOT,
    Lesson,
    NoSuchLesson,
    all_lessons,
    find_lesson,
)
from lessons.course.learner import exercise, progress
from lessons.course.learner.environment import CannotSetUp, ensure_environment
from lessons.course.learner.workplace import fill, reset


def main(arguments: list[str] | None = None) -> int:
    """Carry out one command; return the exit status."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options) or 0)
    except (NoSuchLesson, CannotSetUp, exercise.CannotCheck) as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print()
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python3 -m lessons",
        description="Learn network sockets: without a command, the course opens "
        "in JupyterLab.",
    )
    parser.set_defaults(run=_open, lesson=None)
    parser.set_defaults(no_browser=False, port=None)
    _add_window_options(parser)
    commands = parser.add_subparsers(title="commands", metavar="")

    opening = commands.add_parser("open", help="open the course at a lesson")
    opening.add_argument("lesson", help="4, 04 or 04_echo")
    _add_window_options(opening)
    opening.set_defaults(run=_open)

    listing = commands.add_parser("list", help="list the lessons and your progress")
    listing.set_defaults(run=_list)

    checking = commands.add_parser("check", help="check your programs of a lesson")
    checking.add_argument("lesson", help="4, 04 or 04_echo")
    checking.add_argument("--watch", action="store_true", help="again at every save")
    checking.add_argument("--json", action="store_true", help="the result for tools")
    checking.add_argument(
        "--solution", action="store_true", help="check the solution, not yours"
    )
    checking.set_defaults(run=_check)

    hinting = commands.add_parser("hint", help="the next hint for what fails")
    hinting.add_argument("lesson", help="4, 04 or 04_echo")
    hinting.set_defaults(run=_hint)

    solution = commands.add_parser("solution", help="show a lesson's solution")
    solution.add_argument("lesson", help="4, 04 or 04_echo")
    solution.set_defaults(run=_solution)

    resetting = commands.add_parser("reset", help="a fresh start of one lesson")
    resetting.add_argument("lesson", help="4, 04 or 04_echo")
    resetting.set_defaults(run=_reset)

    site = commands.add_parser("site", help="build the site and show it")
    site.add_argument("--build", action="store_true", help="only build it")
    site.add_argument(
        "--zip", action="store_true", help="put it into one file to hand out"
    )
    _add_window_options(site)
    site.set_defaults(run=_site)

    notebooks = commands.add_parser("notebooks", help="remake notebooks (authors)")
    notebooks.add_argument("lessons", nargs="*", help="all, if none is named")
    notebooks.set_defaults(run=_notebooks)
    return parser


def _add_window_options(parser: argparse.ArgumentParser) -> None:
    """They may stand before or after the command that they are for."""
    parser.add_argument(
        "--no-browser",
        action="store_true",
        default=argparse.SUPPRESS,
        help="open no browser",
    )
    parser.add_argument(
        "--port",
        type=int,
        default=argparse.SUPPRESS,
        help="JupyterLab's or the site's port",
    )


def _open(options: argparse.Namespace) -> int:
    python = ensure_environment()
    lessons = all_lessons()
    lesson = find_lesson(options.lesson) if options.lesson else progress.next_lesson()
    for each in lessons:
        fill(each)
    command = [str(python), "-m", "lessons.course.learner.lab", lesson.stem]
    if options.no_browser:
        command.append("--no-browser")
    if options.port is not None:
        command += [f"--port={options.port}", "--ServerApp.port_retries=0"]
    print(f"Opening {lesson.title} in JupyterLab (Ctrl-C stops it).", flush=True)
    os.chdir(ROOT)
    if os.name == "posix":
        # Become JupyterLab, so that whatever stops this command stops it.
        os.execv(python, command)
    return subprocess.run(command, check=False).returncode


def _list(options: argparse.Namespace) -> None:
    for lesson in all_lessons():
        print("[x]" if progress.is_solved(lesson) else "[ ]", lesson.title)


def _check(options: argparse.Namespace) -> int:
    lesson = find_lesson(options.lesson)
    if not options.watch:
        return _check_once(lesson, options)
    while True:
        print("\033[2J\033[H" if sys.stdout.isatty() else "", end="")
        _check_once(lesson, options)
        print("\nWaiting for the next save (Ctrl-C stops) ...", flush=True)
        files = exercise.files(lesson)
        seen = progress.digest(files)
        while progress.digest(files) == seen:
            time.sleep(0.2)


def _check_once(lesson: Lesson, options: argparse.Namespace) -> int:
    if options.json:
        outcome = exercise.check(lesson, options.solution)
        print(outcome.as_json())
    else:
        outcome = exercise.check(
            lesson, options.solution, say=lambda text: print(text, flush=True)
        )
    return 0 if outcome.solved else 1


def _hint(options: argparse.Namespace) -> None:
    print(exercise.hint(find_lesson(options.lesson)))


def _solution(options: argparse.Namespace) -> int:
    lesson = find_lesson(options.lesson)
    if not progress.is_solved(lesson) and not _agrees(
        f"{lesson.stem} is not solved yet. Show its solution all the same? [y/N] "
    ):
        return 1
    print("\n".join(exercise.solution(lesson)))
    return 0


def _agrees(question: str) -> bool:
    try:
        return input(question).strip().lower() in ("y", "yes")
    except EOFError:
        print()
        return False


def _reset(options: argparse.Namespace) -> None:
    lesson = find_lesson(options.lesson)
    kept = reset(lesson)
    print(f"{lesson.stem} is fresh again, in {lesson.workplace}.")
    for path in kept:
        print(f"Your own version is kept as {path.name}.")


def _site(options: argparse.Namespace) -> int:
    python = ensure_environment()
    # Imported late: `list` and `reset` must not wait for a web server.
    from lessons.course.publishing.drawings import CannotDraw
    from lessons.course.publishing.site import SiteServer, build_site, zip_site

    try:
        if options.zip:
            return zip_site(python)
        if options.build:
            return build_site(python)
        with SiteServer(options.port or 0) as server:
            failed = build_site(python, address=server.address)
            if not failed:
                server.show(not options.no_browser)
            return failed
    except CannotDraw as error:
        print(error, file=sys.stderr)
        return 2
    except OSError as error:
        print(f"The site cannot be shown: {error.strerror}.", file=sys.stderr)
        return 2


def _notebooks(options: argparse.Namespace) -> int:
    python = ensure_environment()
    wanted = [find_lesson(name) for name in options.lessons] or all_lessons()
    command = [str(python), "-m", "lessons.course.publishing.cells"]
    stems = [lesson.stem for lesson in wanted]
    return subprocess.run([*command, *stems], cwd=ROOT, check=False).returncode
