"""What several rooms of tests need: a real browser, and which tests are run where."""

from __future__ import annotations

import math
import shutil
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright
from xdist.scheduler import LoadScopeScheduling

from lessons.course.learner.environment import compile_course
from socketscope.recorder import kernel

# A shell starts what it puts into the background with Ctrl-C ignored, and the
# programs that the tests run would inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)

SLOW = {"browser", "site"}
"""Tests that ask for one of these are left out where time is short."""
UNTIL = pytest.StashKey[float]()


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):  # once, and not in each process
        compile_course()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--seconds", type=float, help="then begin no more tests")
    sources = "the operating system's view: that of macOS and Windows, or none"
    parser.addoption("--source", choices=("psutil", "none"), help=sources)


class Together(LoadScopeScheduling):
    """Any test goes to whichever process is free; what shares much stays in one:
    the cells of a notebook, and all that looks at the built site."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        if file.startswith("tests/site/"):
            return "tests/site"
        return file if file.endswith(".ipynb") else nodeid


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Together:
    return Together(config, log)


def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> None:
    """Where time is short, leave out what is slow, and take some of everything
    first: each tenth test, then the next one of each ten."""
    if seconds := config.getoption("seconds"):
        quick = [item for item in items if SLOW.isdisjoint(asked_for(item))]
        items[:] = [item for first in range(10) for item in quick[first::10]]
        config.stash[UNTIL] = time.monotonic() + seconds


def asked_for(item: pytest.Item) -> list[str]:
    """The fixtures of a test."""
    return getattr(item, "fixturenames", [])


def pytest_runtest_setup(item: pytest.Item) -> None:
    if time.monotonic() > item.config.stash.get(UNTIL, math.inf):
        pytest.skip("left out: the time is over")


@pytest.fixture(autouse=True)
def view(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Recordings of the test read the operating system as `--source` says."""
    source = request.config.getoption("--source")
    if source is not None:
        make = kernel.PsUtil if source == "psutil" else lambda pids: None
        monkeypatch.setattr(kernel, "best_source", lambda p=tuple: make(p))


@pytest.fixture
def queues(view: None) -> None:
    """The test needs to know what waits unread."""
    source = kernel.best_source()
    if source is None or isinstance(source, kernel.PsUtil):
        pytest.skip("the operating system's queues cannot be read here")
    if isinstance(source, kernel.Netlink):
        source.close()


INSTALLED = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "chrome",
    "msedge",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    "C:/Program Files/Google/Chrome/Application/chrome.exe",
    "C:/Program Files (x86)/Microsoft/Edge/Application/msedge.exe",
)
# Nothing of the browser's own may ask another host.
QUIET = [
    "--no-sandbox",  # a container's root may not have one
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def installed_browser() -> str | None:
    """The first browser of Chromium's family that is found."""
    for name in INSTALLED:
        found = shutil.which(name) or (name if Path(name).is_file() else None)
        if found:
            return found
    return None


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A headless browser; the test is skipped where none is installed."""
    path = installed_browser()
    if path is None:
        pytest.skip("no Chromium, Chrome or Edge is installed on this computer")
    arguments = QUIET if sys.platform.startswith("linux") else QUIET[1:]
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=arguments)
        yield chromium
        chromium.close()
