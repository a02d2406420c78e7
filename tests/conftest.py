"""What several rooms of tests need: a real browser, and which tests are run where."""

from __future__ import annotations

import shutil
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

# A shell starts what it puts into the background with Ctrl-C ignored, and the
# programs that the tests run would inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)

SLOW = {"browser", "site"}
"""Tests that ask for one of these are left out where time is short."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--until", type=float, help="begin no test after this time")


def pytest_itemcollected(item: pytest.Item) -> None:
    """The cells of a notebook stay together in one process."""
    if item.path.suffix == ".ipynb":
        item.add_marker(pytest.mark.xdist_group(item.path.stem))


def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> None:
    """Where time is short, take some of everything first: each tenth, and so on."""
    if config.getoption("until"):
        items[:] = [item for first in range(10) for item in items[first::10]]


def pytest_runtest_setup(item: pytest.Item) -> None:
    until = item.config.getoption("until")
    if until and not SLOW.isdisjoint(getattr(item, "fixturenames", ())):
        pytest.skip("left out: needs a browser or the site")
    if until and time.time() > until:
        pytest.skip("left out: the time is over")


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
