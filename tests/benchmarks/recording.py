"""What recording costs, beside the same programs run bare.

    python tests/benchmarks/recording.py [TIMES]

Prints, in one run and under one Python: the time to record the chat, the time
of the same two programs started bare and driven through pipes, and the cost of
one recorded call.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[2]
PROGRAMS = ROOT / "tests" / "recorder" / "programs"
sys.path.insert(0, str(ROOT))

from socketscope import watch  # noqa: E402

TYPED = ["Hello Server!", "exit"]
CALLS = 400
PAIR = """
import socket, sys
sent, received = socket.socketpair()
for _ in range(int(sys.argv[1])):
    sent.send(b"x")
    received.recv(1)
"""


def main() -> None:
    times = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    with tempfile.TemporaryDirectory() as folder:
        port = free_port()
        chat = [moved_to(port, PROGRAMS / f"chat_{who}.py", folder) for who in SIDES]
        pair = Path(folder, "pair.py")
        pair.write_text(PAIR)
        ways: dict[str, Callable[[], object]] = {
            "bare": lambda: run_bare(chat),
            "recorded": lambda: watch(*chat, typed=TYPED),
            "no call": lambda: watch([str(pair), "0"]),
            "calls": lambda: watch([str(pair), str(CALLS)]),
        }
        # In turns, so that a busy machine is as busy for each.
        took: dict[str, list[float]] = {name: [] for name in ways}
        for _ in range(times):
            for name, way in ways.items():
                start = time.perf_counter()
                way()
                took[name].append(time.perf_counter() - start)
    median = {name: statistics.median(seconds) for name, seconds in took.items()}
    each = (median["calls"] - median["no call"]) / (2 * CALLS)
    print(f"Python {sys.version.split()[0]}, medians of {times} runs")
    print(f"chat, bare through pipes: {median['bare'] * 1000:6.0f} ms")
    print(f"chat, recorded:           {median['recorded'] * 1000:6.0f} ms")
    print(f"ratio:                    {median['recorded'] / median['bare']:6.2f}")
    print(f"one recorded call:        {each * 1e6:6.0f} µs")


SIDES = ("server", "client")


def free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def moved_to(port: int, program: Path, folder: str) -> Path:
    """A copy of the program on a port that is free."""
    copy = Path(folder, program.name)
    copy.write_text(program.read_text().replace("5555", str(port)))
    return copy


def run_bare(chat: list[Path]) -> None:
    """Start the server, then the client; type when the client asks."""
    server, client = chat
    start = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    unbuffered = {**os.environ, "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen([sys.executable, server], **start, env=unbuffered) as one:
        assert one.stdout
        one.stdout.readline()  # it listens
        with subprocess.Popen([sys.executable, client], **start, env=unbuffered) as two:
            assert two.stdin
            assert two.stdout
            for line in TYPED:
                two.stdin.write(line.encode() + b"\n")
                two.stdin.flush()
                two.stdout.readline()  # the prompt, and the reply
            two.stdin.close()
            two.stdout.read()
        one.stdout.read()


if __name__ == "__main__":
    main()
