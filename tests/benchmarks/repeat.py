"""Record the same programs many times under load; every time must be the same.

    python tests/benchmarks/repeat.py [TIMES] [WORD…]

Only cases whose programs' names hold a WORD are repeated. `--order N` may be
given too. The exit status is the number of cases that differed.
"""

from __future__ import annotations

import argparse
import collections
import difflib
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
PROGRAMS = ROOT / "tests" / "recorder" / "programs"
sys.path.insert(0, str(ROOT))

from socketscope import watch  # noqa: E402

CHAT_ROOM = [(1, "ann"), (2, "bob"), (1, "hi"), (2, "yo"), (1, "/quit"), (2, "/quit")]
CASES = [
    (["chat_server.py", "chat_client.py"], ["Hello Server!", "exit"]),
    (["chat_room_server.py", "chat_room_client.py", "chat_room_client.py"], CHAT_ROOM),
    (
        ["two_thread_server.py", "two_thread_client.py"],
        ["hi", (0, "hello"), "how", (0, "fine"), "bye"],
    ),
    (["workers.py"], []),
    (["select_server.py", "select_client.py"], ["a", "b", (0, "stop")]),
    (
        ["selectors_server.py", "select_client.py", "select_client.py"],
        ["a", (2, "b"), "c"],
    ),
    (["file_sender.py", "file_receiver.py"], []),
    (["makefile_server.py", "makefile_client.py"], []),
    (["http_server.py", "http_client.py"], []),
]


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("times", type=int, nargs="?", default=100)
    parser.add_argument("words", nargs="*")
    parser.add_argument("--order", type=int, default=0)
    options = parser.parse_args()
    spin = [sys.executable, "-c", "while True: pass"]
    load = [subprocess.Popen(spin) for _ in range(3)]
    try:
        return sum(
            differs(programs, typed, options.times, options.order)
            for programs, typed in CASES
            if not options.words or any(w in programs[0] for w in options.words)
        )
    finally:
        for process in load:
            process.kill()
            process.wait()


def differs(
    programs: list[str], typed: list[str | tuple[int, str]], times: int, order: int
) -> bool:
    start = time.monotonic()
    paths = [PROGRAMS / name for name in programs]
    seen = collections.Counter(
        watch(*paths, typed=typed, order=order, timeout=60).to_json()
        for _ in range(times)
    )
    each = (time.monotonic() - start) / times
    print(f"{programs[0]}: {len(seen)} of {times}, {each:.2f} s each", flush=True)
    if len(seen) > 1:
        (one, _), (other, _), *_ = seen.most_common()
        lines = difflib.unified_diff(
            one.splitlines(), other.splitlines(), lineterm="", n=2
        )
        for line in list(lines)[:20]:
            print("   ", line[:200])
    return len(seen) > 1


if __name__ == "__main__":
    sys.exit(main())
