"""Run a function of a test inside a network of its own.

A network namespace of Linux has its own addresses, routes and ports, and
nothing in it reaches any other. `unshare` makes one for a process: an
administrator may, and on many systems everybody. A function is run there by a
fresh Python, as `python -m tests.facts.inside MODULE FUNCTION`, and what it
returns comes back as JSON.
"""

from __future__ import annotations

import importlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from lessons.course.catalogue import ROOT

SECONDS = 40
"""An experiment that takes longer is ended, and its test fails."""
NOBODY = "02:00:00:00:00:99"
"""A network card that does not exist, in the range for private use."""


def in_a_network_of_its_own(function: Callable[[], Any]) -> Any:
    """What the function returns there. Skips the test where there can be none."""
    if reason := _why_not():
        pytest.skip(reason)
    file = Path(function.__code__.co_filename).relative_to(ROOT)
    module = ".".join(file.with_suffix("").parts)
    command = [sys.executable, "-m", "tests.facts.inside", module, function.__name__]
    done = subprocess.run(
        [*_unshare(), *command],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@cache
def _why_not() -> str | None:
    if sys.platform != "linux":
        return "network namespaces are Linux's"
    for tool in ("unshare", "ip"):
        if shutil.which(tool) is None:
            return f"the command {tool} is not installed"
    pair = ["ip", "link", "add", "near", "type", "veth", "peer", "name", "far"]
    tried = subprocess.run(
        [*_unshare(), *pair], capture_output=True, text=True, check=False, timeout=20
    )
    if tried.returncode:
        return f"no network namespace may be made here: {tried.stderr.strip()}"
    return None


def _unshare() -> list[str]:
    # An administrator needs no user namespace, which some systems forbid.
    return ["unshare", "-n" if os.geteuid() == 0 else "-rn"]


# --- what functions inside may use ------------------------------------------


def ip(arguments: str) -> None:
    """Set up addresses and routes. Raises CalledProcessError."""
    subprocess.run(["ip", *arguments.split()], check=True, timeout=10)


def own(address: str) -> None:
    """Give the network's one computer an address, on its loopback."""
    ip(f"address add {address}/32 dev lo")


def lose(address: str) -> None:
    """From now on what is sent to this address leaves, and nobody answers.

    It goes out through a cable with nobody of that name at its other end.
    """
    ip(f"route add {address} dev near")
    ip(f"neighbour add {address} lladdr {NOBODY} dev near nud permanent")


def setting(name: str, value: str) -> None:
    """Set one of `/proc/sys/net/ipv4`, in this network alone."""
    Path("/proc/sys/net/ipv4", name).write_text(value, encoding="ascii")


def _set_up() -> None:
    ip("link set lo up")
    ip("link add near type veth peer name far")
    ip("link set near up")
    ip("link set far up")
    ip("address add 10.0.0.1/24 dev near")


if __name__ == "__main__":
    _set_up()
    _module, _name = sys.argv[1:]
    _function = getattr(importlib.import_module(_module), _name)
    print(json.dumps(_function()))
