"""What the drawing tests share: recordings, and a browser where there is one."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import socketscope
from socketscope.recording import Recording

HERE = Path(__file__).parent
CHAT = HERE.parents[1] / "solutions" / "05_exit"

BROWSERS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "microsoft-edge",
    "msedge",
)
PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    "C:/Program Files/Google/Chrome/Application/chrome.exe",
    "C:/Program Files (x86)/Microsoft/Edge/Application/msedge.exe",
)
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def find_browser() -> str | None:
    """The path of an installed Chromium, Chrome or Edge."""
    for name in BROWSERS:
        if path := shutil.which(name):
            return path
    return next((path for path in PLACES if Path(path).exists()), None)


@pytest.fixture(scope="session")
def saved() -> Any:
    """A recording of `tests/drawing/recordings`, by its name."""
    return lambda name: Recording.load(HERE / "recordings" / f"{name}.json")


@pytest.fixture(scope="session")
def chat() -> Recording:
    """The finished chat, recorded now."""
    return socketscope.watch(
        CHAT / "server.py", CHAT / "client.py", typed=["Hello Server!", "exit"]
    )


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    path = find_browser()
    if path is None:
        pytest.skip("no Chromium, Chrome or Edge is installed")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        yield found
        found.close()
