"""The command line: `python3 -m socketscope SERVER [CLIENT …]`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from socketscope.drawing.layout import arrange
from socketscope.drawing.stepper import draw_stepper
from socketscope.drawing.svg import draw_svg
from socketscope.drawing.text import draw_text
from socketscope.recorder.cast import END
from socketscope.recorder.stage import TIMEOUT, watch
from socketscope.recorder.world import CannotRecord
from socketscope.recording import Recording


def main(arguments: Sequence[str] | None = None) -> int:
    """Record, draw, and return the exit status.

    0 if the programs finished or the server is idle, 1 if they did not end
    well, 2 if nothing could be recorded.
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
    return 0 if recording.verdict.kind in ("finished", "idle") else 1


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
        help="the server, then its clients; each starts when all before it wait",
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
    add("--real-port", action="store_true", help="use the ports the programs name")
    add(
        "--timeout",
        type=float,
        default=TIMEOUT,
        metavar="SECONDS",
        help=f"stop recording after so long (default: {TIMEOUT:g})",
    )
    return parser.parse_args(arguments)


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
