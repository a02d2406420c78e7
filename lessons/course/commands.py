"""What `python3 -m lessons …` can do."""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable

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
    _end_tidily()
    try:
        return int(options.run(options) or 0)
    except (NoSuchLesson, CannotSetUp, exercise.CannotCheck) as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print()
        return 130
    except BrokenPipeError:  # who reads along has read enough, `| head` for one
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def _end_tidily() -> None:
    """Let what ends this command from outside end it like an error, so that what
    runs is stopped and temporary folders are removed."""

    def leave(number: int, _: object) -> None:
        sys.exit(128 + number)

    for name in ("SIGTERM", "SIGHUP"):
        if (
            hasattr(signal, name)
            and threading.current_thread() is threading.main_thread()
        ):
            signal.signal(getattr(signal, name), leave)


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

    def add(
        name: str, run: Callable[[argparse.Namespace], int | None], help: str
    ) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=help)
        command.set_defaults(run=run)
        return command

    opening = add("open", _open, "open the course at a lesson")
    add("list", _list, "list the lessons and your progress")
    checking = add("check", _check, "check your programs of a lesson")
    hinting = add("hint", _hint, "the next hint for what fails")
    solution = add("solution", _solution, "show a lesson's solution")
    resetting = add("reset", _reset, "a fresh start of one lesson")
    for command in (opening, checking, hinting, solution, resetting):
        command.add_argument("lesson", help="4, 04 or 04_echo")
    checking.add_argument("--watch", action="store_true", help="again at every save")
    checking.add_argument(
        "--whole", action="store_true", help="draw the whole run, however long"
    )
    checking.add_argument("--json", action="store_true", help="the result for tools")
    checking.add_argument(
        "--solution", action="store_true", help="check the solution, not yours"
    )
    site = add("site", _site, "build the site and show it")
    site.add_argument("--build", action="store_true", help="only build it")
    site.add_argument(
        "--zip", action="store_true", help="put it into one file to hand out"
    )
    for command in (opening, site):
        _add_window_options(command)
    making = add("new", _new, "lay out a new lesson (authors)")
    making.add_argument("stem", help="its number and name, for example 07_name")
    inspecting = add("inspect", _inspect, "say what a lesson lacks (authors)")
    notebooks = add("notebooks", _notebooks, "remake notebooks (authors)")
    for command in (inspecting, notebooks):
        command.add_argument("lessons", nargs="*", help="all, if none is named")
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
            lesson,
            options.solution,
            options.whole,
            say=lambda text: print(text, flush=True),
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


def _new(options: argparse.Namespace) -> int:
    from lessons.course.publishing.authoring import CannotMake, new_lesson

    try:
        for path in new_lesson(options.stem):
            print(path.relative_to(ROOT))
    except CannotMake as error:
        print(error, file=sys.stderr)
        return 2
    print(f"What is to be done: python3 -m lessons inspect {options.stem[:2]}")
    return 0


def _inspect(options: argparse.Namespace) -> int:
    return _with_lessons("lessons.course.publishing.inspection", options)


def _notebooks(options: argparse.Namespace) -> int:
    return _with_lessons("lessons.course.publishing.cells", options)


def _with_lessons(module: str, options: argparse.Namespace) -> int:
    """Run a module in the environment, with the lessons named, or all."""
    python = ensure_environment()
    wanted = [find_lesson(name) for name in options.lessons] or all_lessons()
    command = [str(python), "-m", module, *(lesson.stem for lesson in wanted)]
    return subprocess.run(command, cwd=ROOT, check=False).returncode
