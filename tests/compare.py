"""Hold recordings, drawings and messages against those of before a change.

    python -m tests.compare keep FOLDER     before: every set of programs that
                                            the tests record, and what came of it
    python -m tests.compare FOLDER          after: what has become another
    python -m tests.compare FOLDER drawn    the same without running a program:
                                            only the drawings of what was kept
    python -m tests.compare FOLDER 10       only every tenth set

A set of programs is kept if three runs of it are identical to the byte. The
told messages are held by the tests themselves (`tests/mistakes`); with
`NET=FOLDER` and `-p tests.compare` they read kept recordings instead of running
the programs, which takes seconds.
"""

from __future__ import annotations

import difflib
import gzip
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import socketscope
from socketscope import Recording, watch

ROOMS = ("tests/recorder", "tests/mistakes", "tests/right")
FULL: dict[str, Any] = {"level": "lines", "states": True, "segments": True}
SMALL = 200_000
"""Bytes; larger files beside a program are not kept."""

Drawn = dict[str, str]


def drawn(recording: Recording) -> Drawn:
    """Every drawing of a recording, by name."""
    from socketscope.drawing.layout import arrange
    from socketscope.drawing.stepper import _data
    from socketscope.drawing.svg import draw_svg
    from socketscope.drawing.text import draw_text

    return {
        "talk.txt": draw_text(recording),
        "lines.txt": draw_text(recording, **FULL),
        "talk.svg": draw_svg(recording),
        "lines.svg": draw_svg(recording, **FULL),
        "stepper": json.dumps(_data(arrange(recording, **FULL), None), indent=0),
    }


# -- which sets of programs there are -----------------------------------------


def _gathered(programs: Iterable[Any], options: dict[str, Any]) -> dict[str, Any]:
    """One set of programs: the files around them, commands and options."""
    cwd = Path(options.pop("cwd", None) or ".")
    options["typed"] = list(options.get("typed", ()))
    options.pop("timeout", None)
    folders: list[Path] = []
    files: dict[str, str] = {}
    commands = []
    for program in programs:
        listed = isinstance(program, (list, tuple))
        first, *rest = map(os.fspath, program) if listed else [os.fspath(program)]
        path = Path(cwd, first)
        if path.parent not in folders:
            folders.append(path.parent)
        folder = folders.index(path.parent)
        alone = Path(__file__).parent in path.parents or "peers" in path.parts
        for beside in [path] if alone else sorted(path.parent.glob("*")):
            if beside.is_file() and beside.stat().st_size < SMALL:
                text = beside.read_bytes().decode("latin-1")
                files[f"{folder}/{beside.name}"] = text
        commands.append([f"{folder}/{path.name}", *rest])
    return {"commands": commands, "files": files, "options": options}


def _key(gathered: dict[str, Any]) -> str:
    text = json.dumps(gathered, sort_keys=True, default=repr)
    return hashlib.sha256(text.encode()).hexdigest()[:24]


def pytest_configure(config: Any) -> None:
    """Stand between the tests and the recorder."""
    net = Path(os.environ["NET"])
    keep = os.environ.get("NET_KEEP")

    def between(*programs: Any, **options: Any) -> Recording:
        try:
            gathered = _gathered(programs, dict(options))
        except OSError:
            return watch(*programs, **options)
        path = net / f"{_key(gathered)}.gz"
        if keep:
            path.with_suffix(".set").write_text(json.dumps(gathered))
        elif path.exists():
            return Recording.from_json(_read(path)["recording"])
        return watch(*programs, **options)

    socketscope.watch = between


# -- before and after -----------------------------------------------------------


def _recordings(kept: dict[str, Any], times: int) -> Iterator[Recording]:
    options = dict(kept["options"])
    options["typed"] = [
        tuple(item) if isinstance(item, list) else item for item in options["typed"]
    ]
    for _ in range(times):
        with tempfile.TemporaryDirectory() as name:
            for file, text in kept["files"].items():
                place = Path(name, "set", file)
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(text.encode("latin-1"))
            first = Path(name, "set", "0")
            commands = [
                [str(Path(name, "set", command[0])), *command[1:]]
                for command in kept["commands"]
            ]
            yield watch(*commands, **options, cwd=first)


def _read(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(gzip.decompress(path.read_bytes()))
    return found


def _keep(path: Path) -> str:
    """Record a set three times; keep it if it is the same each time."""
    kept = json.loads(path.read_text())
    try:
        first, *others = _recordings(kept, 3)
    except Exception as error:  # some are not to be recorded at all
        return f"{path.stem}: {error!r}"
    if any(each.to_json() != first.to_json() for each in others):
        return f"{path.stem}: differs from run to run"
    kept |= {"recording": first.to_json(), "drawn": drawn(first)}
    path.with_suffix(".gz").write_bytes(gzip.compress(json.dumps(kept).encode(), 4))
    return ""


def _compare(path: Path, live: bool) -> list[str]:
    """What has become another, as a difference of texts."""
    kept = _read(path)
    before = dict(kept["drawn"])
    if live:
        recording = next(_recordings(kept, 1))
        before["recording"] = kept["recording"]
        after = {**drawn(recording), "recording": recording.to_json()}
    else:
        after = drawn(Recording.from_json(kept["recording"]))
    found = []
    for name, text in before.items():
        if after[name] != text:
            lines = difflib.unified_diff(
                text.splitlines(),
                after[name].splitlines(),
                "before",
                "after",
                "",
                "",
                1,
                "",
            )
            found.append(
                "\n".join(
                    [
                        f"== {path.stem} {name}",
                        *(line[:160] for line in list(lines)[:40]),
                    ]
                )
            )
    return found


def main(arguments: list[str]) -> int:
    """Keep, or compare; 1 if something has become another."""
    if arguments[:1] == ["keep"]:
        net = Path(arguments[1]).absolute()
        shutil.rmtree(net, ignore_errors=True)
        net.mkdir(parents=True)
        command = [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-n",
            "2",
            "-p",
            "tests.compare",
        ]
        env = os.environ | {"NET": str(net), "NET_KEEP": "1"}
        subprocess.run([*command, *ROOMS], env=env, check=False)
        with ProcessPoolExecutor(2) as pool:
            lost = [each for each in pool.map(_keep, sorted(net.glob("*.set"))) if each]
        print(*lost, sep="\n")
        print(f"{len(list(net.glob('*.gz')))} sets kept, {len(lost)} not")
        return 0
    net = Path(arguments[0]).absolute()
    every = next((int(each) for each in arguments[1:] if each.isdigit()), 1)
    paths = sorted(net.glob("*.gz"))[::every]
    live = "drawn" not in arguments
    with ProcessPoolExecutor(2) as pool:
        found = list(pool.map(_compare, paths, [live] * len(paths), chunksize=4))
    for differences in found:
        for each in differences:
            print(each)
    other = sum(bool(each) for each in found)
    print(f"{len(paths)} sets, {other} have become another")
    return 1 if other else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
