"""What the drawing tests share: recordings."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import socketscope
from socketscope.recording import Recording

HERE = Path(__file__).parent
CHAT = HERE.parents[1] / "solutions" / "05_exit"


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
