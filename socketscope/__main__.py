"""The command line: `python3 -m socketscope SERVER [CLIENT …]`."""

from __future__ import annotations

import argparse
import os
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path

from socketscope.drawing.layout import arrange
from socketscope.drawing.stepper import draw_stepper
from socketscope.drawing.svg import draw_svg
from socketscope.drawing.text import draw_text
from socketscope.recorder.cast import END, INTERRUPT
from socketscope.recorder.limits import TIMEOUT
from socketscope.recorder.watch import watch
from socketscope.recorder.world import CannotRecord
from socketscope.recording import Recording


def main(arguments: Sequence[str] | None = None) -> int:
    """Record, draw, and return the exit status.

    1 if the programs were seen to end badly (a crash, a deadlock, one that goes
    on and on), 2 if nothing could be recorded, else 0.
    """
    options = _parse(arguments)
    try:
        recording = watch(
            *options.programs,
            typed=_typed(options.typed),
            order=options.order,
            free=options.free,
            real_port=options.real_port,
            timeout=options.timeout,
            split=options.split,
            stop_reading=options.stop_reading,
            freeze=options.freeze,
        )
        _draw(recording, options)
    except CannotRecord as error:
        print(error, file=sys.stderr)
        return 2
    except OSError as error:
        name = error.filename or "The output"
        print(f"{name} cannot be written: {error.strerror}.", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return 2
    return 1 if recording.verdict.kind in ("crashed", "deadlock", "busy") else 0


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python3 -m socketscope",
        description="Run socket programs, record what really happens, and draw it.",
    )
    add = parser.add_argument
    add(
        "programs",
        nargs="+",
        metavar="PROGRAM",
        help="the server, then its clients; each starts when all before it wait. "
        'With arguments: in quotes ("server.py 127.0.0.1 5555"), or each program '
        "behind a -- of its own",
    )
    add(
        "--type",
        dest="typed",
        action="append",
        default=[],
        metavar="TEXT",
        help="type a line (to the first client, unless --to says otherwise)",
    )
    add(
        "--to",
        dest="typed",
        type=int,
        action="append",
        metavar="N",
        help="the lines typed from here on go to client N (0: the server)",
    )
    add(
        "--type-end",
        dest="typed",
        action="append_const",
        const=END,
        help="type the end of the input (Ctrl-D), to whom the line before went",
    )
    add(
        "--type-ctrl-c",
        dest="typed",
        action="append_const",
        const=INTERRUPT,
        help="press Ctrl-C in the terminal of whom the line before went to",
    )
    add("--text", action="store_true", help="draw as text on the terminal")
    add("--svg", metavar="FILE", help="draw as a picture")
    add("--html", metavar="FILE", help="draw as a page to step through")
    add("--json", metavar="FILE", help="save the recording (-: to the terminal)")
    order = parser.add_mutually_exclusive_group()
    order.add_argument(
        "--order", type=int, default=0, metavar="N", help="take turns in another order"
    )
    order.add_argument(
        "--free", action="store_true", help="let the programs run without turns"
    )
    add(
        "--real-port",
        action=argparse.BooleanOptionalAction,
        help="use the ports the programs name (if one of them starts another, that "
        "is done anyway, save with --no-real-port)",
    )
    add(
        "--timeout",
        type=float,
        default=TIMEOUT,
        metavar="SECONDS",
        help=f"stop recording after so long (default: {TIMEOUT:g})",
    )
    faults = parser.add_argument_group("faults, on purpose and the same each time")
    faults.add_argument(
        "--split", type=int, metavar="N", help="no receive brings more than N bytes"
    )
    faults.add_argument(
        "--stop-reading",
        type=int,
        action="append",
        default=[],
        metavar="CLIENT",
        help="the receives of client CLIENT (0: the server) return no more",
    )
    faults.add_argument(
        "--freeze",
        type=_freeze,
        action="append",
        default=[],
        metavar="CLIENT:CALL",
        help="stop client CLIENT (SIGSTOP) where it first waits in CALL, as 1:recv",
    )
    given = list(sys.argv[1:] if arguments is None else arguments)
    parts = _parts(given)
    if len(parts) > 2:  # options and programs, and what stands behind each --
        given = parts[0] + [shlex.join(part) for part in parts[1:] if part]
    options = parser.parse_args(given)
    options.programs = [_command(program) for program in options.programs]
    return options


def _parts(arguments: Sequence[str]) -> list[list[str]]:
    """The arguments, divided at each `--`."""
    parts: list[list[str]] = [[]]
    for argument in arguments:
        if argument == "--":
            parts.append([])
        else:
            parts[-1].append(argument)
    return parts


def _command(program: str) -> list[str]:
    """A path and its arguments, as a shell divides them; a path may hold spaces."""
    return [program] if os.path.exists(program) else shlex.split(program) or [program]


def _freeze(text: str) -> tuple[int, str]:
    program, _, call = text.partition(":")
    if not program.isdigit() or not call:
        raise argparse.ArgumentTypeError(
            f"{text!r} does not name a client and a call, as 1:recv does"
        )
    return int(program), call


def _typed(given: list[str | int]) -> list[str | tuple[int, str]]:
    """Each line with the client it goes to, as the last `--to` before it said."""
    typed: list[str | tuple[int, str]] = []
    to = None
    for item in given:
        if isinstance(item, int):
            to = item
        else:
            typed.append(item if to is None else (to, item))
    return typed


def _draw(recording: Recording, options: argparse.Namespace) -> None:
    if options.json == "-":
        sys.stdout.write(recording.to_json())
    elif options.json:
        recording.save(options.json)
    text = options.text or not (options.json or options.svg or options.html)
    if not (text or options.svg or options.html):
        return
    layout = arrange(recording)
    for path, draw in ((options.svg, draw_svg), (options.html, draw_stepper)):
        if path:
            Path(path).write_text(draw(layout), encoding="utf-8")
    if text:
        print(draw_text(layout))


if __name__ == "__main__":
    sys.exit(main())
